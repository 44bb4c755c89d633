"""The addresses of diagnostics."""

from django.urls import URLPattern, path

from yilu.diagnostics.web import asking, views

app_name = "diagnostics"
urlpatterns: list[URLPattern] = [
    path("", views.board, name="centre"),
    path("plan/<uuid:patient_id>", views.plan, name="plan"),
    path("trips/<uuid:trip_id>/", views.show, name="trip"),
    path("trips/<uuid:trip_id>/anew", views.anew, name="trip-anew"),
    path("visits/<uuid:visit_id>", asking.of_visit, name="of-visit"),
    path("visits/<uuid:visit_id>/ask", asking.ask, name="ask"),
    path("requests/<uuid:request_id>/withdraw", asking.withdraw, name="withdraw"),
]
