"""The desk: arrival, walk-in, intake, guide sheet."""

from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "yilu.reception"
    label = "reception"
