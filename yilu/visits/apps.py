"""A patient's time with us, from arrival to departure; who is responsible now."""

from importlib import import_module

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yilu.visits"
    label = "visits"

    def ready(self) -> None:
        """Make the rules known that a visit's pathway names."""
        import_module("yilu.visits.rules")
