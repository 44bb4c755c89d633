"""The addresses of pharmacy."""

from django.urls import URLPattern, path

from yilu.pharmacy.web import views

app_name = "pharmacy"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("sites/<uuid:site_id>/worklist", views.lines, name="worklist"),
    path("<uuid:dispense_id>/", views.detail, name="dispense"),
    path("<uuid:dispense_id>/review", views.reviewed, name="review"),
    path("<uuid:dispense_id>/reject", views.rejected, name="reject"),
    path("<uuid:dispense_id>/pick", views.picked, name="pick"),
    path("<uuid:dispense_id>/check", views.checked, name="check"),
    path("<uuid:dispense_id>/hand-over", views.handed_over, name="hand-over"),
    path("<uuid:dispense_id>/undo/<int:version>", views.undone, name="undo"),
    path("<uuid:dispense_id>/rest", views.rest_begun, name="rest"),
    path("<uuid:dispense_id>/take-back", views.taken_back, name="take-back"),
    path("<uuid:dispense_id>/labels.pdf", views.labels, name="labels"),
    path("<uuid:dispense_id>/card.pdf", views.card, name="card"),
]
