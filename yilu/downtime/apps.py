"""Paper for when the machines are down, and its later entry."""

from importlib import import_module

from django.apps import AppConfig


class DowntimeConfig(AppConfig):
    name = "yilu.downtime"
    label = "downtime"

    def ready(self) -> None:
        """Make a kit every hour."""
        import_module("yilu.downtime.jobs")
