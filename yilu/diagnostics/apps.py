"""Examinations: asked for by doctors, booked as one trip, their waits watched."""

from importlib import import_module

from django.apps import AppConfig


class DiagnosticsConfig(AppConfig):
    """Registers what diagnostics listens to."""

    name = "yilu.diagnostics"
    label = "diagnostics"

    def ready(self) -> None:
        import_module("yilu.diagnostics.jobs")
