"""The living demonstration: a made-up past, virtual patients and staff, sandboxes."""

from importlib import import_module

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Registers the long work of the demonstration."""

    name = "yilu.demo"
    label = "demo"

    def ready(self) -> None:
        import_module("yilu.demo.jobs")
