"""Tickets, calls, stations, wall screens and predicted waits."""

from importlib import import_module

from django.apps import AppConfig


class QueueingConfig(AppConfig):
    name = "yilu.queueing"
    label = "queueing"

    def ready(self) -> None:
        """Listen to what moves a queue, and to the night."""
        import_module("yilu.queueing.jobs")
