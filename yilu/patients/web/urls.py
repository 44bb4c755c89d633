"""The addresses of patients."""

from django.urls import path

from yilu.patients.web import registering, views

app_name = "patients"
urlpatterns = [
    path("", views.search, name="list"),
    path("search", views.search, name="search"),
    path("new", registering.new, name="new"),
    path("check/identity", registering.identity, name="identity"),
    path("check/duplicates", registering.duplicates, name="duplicates"),
    path("<uuid:patient_id>/", views.patient, name="patient"),
    path("<uuid:patient_id>/edit", registering.edit, name="edit"),
    path("<uuid:patient_id>/label", views.label, name="label"),
    path("<uuid:patient_id>/reveal/<slug:what>", views.reveal, name="reveal"),
    path("<uuid:patient_id>/consents/<slug:kind>", views.consent, name="consent"),
    path("<uuid:patient_id>/family", views.family, name="family"),
    path("<uuid:patient_id>/family/<uuid:relation_id>/end", views.end_family, name="end-family"),
    path("<uuid:patient_id>/register-here", views.register_here, name="register-here"),
]
