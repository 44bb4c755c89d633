"""Other systems: partners that book for their users, and calendars that other programs read."""

from importlib import import_module

from django.apps import AppConfig


class InteropConfig(AppConfig):
    name = "yilu.interop"
    label = "interop"

    def ready(self) -> None:
        """Let the worker know what to do."""
        import_module("yilu.interop.jobs")
