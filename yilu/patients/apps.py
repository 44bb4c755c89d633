"""Who a person is: identity, contacts, consents, family, where they are registered."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from yilu.platform import actors


class PatientsConfig(AppConfig):
    name = "yilu.patients"
    label = "patients"

    def ready(self) -> None:
        """Say how a patient's account becomes an actor."""
        loader = import_string("yilu.patients.selectors.actors.account_actor")
        actors.register_loader("patient", loader)
