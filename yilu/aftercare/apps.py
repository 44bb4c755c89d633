"""Follow-up after the visit."""

from django.apps import AppConfig


class AftercareConfig(AppConfig):
    name = "yilu.aftercare"
    label = "aftercare"
