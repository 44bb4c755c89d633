"""Dispensing what was prescribed."""

from importlib import import_module

from django.apps import AppConfig


class PharmacyConfig(AppConfig):
    name = "yilu.pharmacy"
    label = "pharmacy"

    def ready(self) -> None:
        """Hear about prescriptions, and say what else of them is owed."""
        import_module("yilu.pharmacy.jobs")
