"""Resources, free time, bookings."""

from importlib import import_module

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """Registers what scheduling listens to, and what it does when time has come."""

    name = "yilu.scheduling"
    label = "scheduling"

    def ready(self) -> None:
        import_module("yilu.scheduling.jobs")
