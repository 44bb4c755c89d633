"""Templates, channels, delivery, and what each patient was told."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yilu.messaging import permissions
from yilu.patients.slots import Slot, fill


class MessagingConfig(AppConfig):
    name = "yilu.messaging"
    label = "messaging"

    def ready(self) -> None:
        """Let the worker know its steps, and the patient's page its history of messages."""
        import_module("yilu.messaging.jobs")
        fill(Slot("messages", _("Messages"), "messaging:patient", permissions.SEE, position=80))
