"""Services as data: definitions, cases, steps, worklists, due times."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PathwaysConfig(AppConfig):
    name = "yilu.pathways"
    label = "pathways"

    def ready(self) -> None:
        """Listen to every event and to timers; catch up after an upgrade."""
        jobs = import_module("yilu.pathways.jobs")
        post_migrate.connect(jobs.catch_up, sender=self)
