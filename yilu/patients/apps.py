"""Who a person is: identity, contacts, consents, family, where they are registered."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "yilu.patients"
    label = "patients"
