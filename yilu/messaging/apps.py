"""Templates, channels, delivery, and what each patient was told."""

from importlib import import_module

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "yilu.messaging"
    label = "messaging"

    def ready(self) -> None:
        """Let the worker know its steps."""
        import_module("yilu.messaging.jobs")
