"""The addresses of aftercare."""

from django.urls import URLPattern, path

from yilu.aftercare.web import views

app_name = "aftercare"
urlpatterns: list[URLPattern] = [
    path("<uuid:site_id>/", views.work, name="worklist"),
    path("calls/<uuid:follow_up_id>", views.call, name="call"),
    path("calls/<uuid:follow_up_id>/no-answer", views.no_answer, name="no-answer"),
]
