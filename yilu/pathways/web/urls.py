"""The addresses of pathways."""

from django.urls import URLPattern, path

from yilu.pathways.web import views

app_name = "pathways"
urlpatterns: list[URLPattern] = [
    path("worklist", views.work, name="worklist"),
    path("notices/<uuid:notice_id>/seen", views.seen, name="seen"),
    path("steps/<uuid:step_id>/skip", views.skip, name="skip"),
    path("steps/<uuid:step_id>/hand-over/<uuid:site_id>", views.hand_over, name="hand-over"),
    path("steps/<uuid:step_id>/<slug:name>", views.deed, name="deed"),
    path("roads/<uuid:subject_id>", views.road, name="road"),
    path("definitions/", views.definitions, name="definitions"),
    path("definitions/<slug:key>", views.definition, name="definition"),
]
