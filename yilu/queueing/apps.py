"""Tickets, calls, stations, wall screens, predicted waits."""

from django.apps import AppConfig


class QueueingConfig(AppConfig):
    name = "yilu.queueing"
    label = "queueing"
