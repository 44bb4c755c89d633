"""The addresses of records."""

from django.urls import URLPattern, path

from yilu.records.web import openings

app_name = "records"
urlpatterns: list[URLPattern] = [
    path("patient/<uuid:patient_id>/access", openings.access, name="access"),
    path("patient/<uuid:patient_id>/open", openings.open_for_reason, name="open"),
    path("openings/", openings.worklist, name="openings"),
    path("openings/rule", openings.rule, name="access-rule"),
    path("openings/<uuid:opening_id>/close", openings.close, name="close"),
    path("openings/<uuid:opening_id>/review", openings.review, name="review"),
]
