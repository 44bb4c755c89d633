"""The addresses of messaging."""

from django.urls import path

from yilu.messaging.web import views

app_name = "messaging"
urlpatterns = [
    path("", views.centre, name="centre"),
    path("failed", views.failed, name="failed"),
    path("patient/<uuid:patient_id>", views.of_patient, name="patient"),
    path("<uuid:message_id>/resend", views.resend, name="resend"),
    path("<uuid:message_id>/call", views.call, name="call"),
    path("templates/", views.templates, name="templates"),
    path("templates/<slug:key>", views.template, name="template"),
]
