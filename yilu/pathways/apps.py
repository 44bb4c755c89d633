"""Services as data: definitions, cases, steps, worklists, due times."""

from importlib import import_module

from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "yilu.pathways"
    label = "pathways"

    def ready(self) -> None:
        """Listen to every event, and to timers."""
        import_module("yilu.pathways.jobs")
