"""A patient's time with us today, from arrival to departure."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yilu.visits"
    label = "visits"
