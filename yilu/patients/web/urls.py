"""The addresses of patients."""

from django.urls import path

from yilu.patients.web import cards, merging, photos, registering, views

app_name = "patients"
urlpatterns = [
    path("", views.search, name="list"),
    path("search", views.search, name="search"),
    path("new", registering.new, name="new"),
    path("check/identity", registering.identity, name="identity"),
    path("check/card", photos.card, name="card"),
    path("check/duplicates", registering.duplicates, name="duplicates"),
    path("merges", merging.list_, name="merges"),
    path("merges/<uuid:merge_id>/undo", merging.undo, name="unmerge"),
    path("<uuid:patient_id>/cards", cards.of_patient, name="cards"),
    path("<uuid:patient_id>/cards/new", cards.issue, name="issue-card"),
    path("<uuid:patient_id>/cards/<uuid:card_id>/lost", cards.lost, name="card-lost"),
    path("<uuid:patient_id>/cards/<uuid:card_id>/found", cards.found, name="card-found"),
    path("<uuid:patient_id>/cards/<uuid:card_id>/replace", cards.replace, name="replace-card"),
    path("<uuid:patient_id>/cards/<uuid:card_id>/print", cards.print_, name="print-card"),
    path("<uuid:patient_id>/doubles", merging.of_patient, name="doubles"),
    path("<uuid:patient_id>/merge", merging.choose, name="merge"),
    path("<uuid:patient_id>/merge/<uuid:other_id>", merging.compare, name="compare"),
    path("<uuid:patient_id>/", views.patient, name="patient"),
    path("<uuid:patient_id>/edit", registering.edit, name="edit"),
    path("<uuid:patient_id>/label", views.label, name="label"),
    path("<uuid:patient_id>/reveal/<slug:what>", views.reveal, name="reveal"),
    path("<uuid:patient_id>/consents/<slug:kind>", views.consent, name="consent"),
    path("<uuid:patient_id>/family", views.family, name="family"),
    path("<uuid:patient_id>/family/<uuid:relation_id>/end", views.end_family, name="end-family"),
    path("<uuid:patient_id>/register-here", views.register_here, name="register-here"),
]
