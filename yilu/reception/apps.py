"""The desk: arrival, walk-in, intake, guide sheet."""

from importlib import import_module

from django.apps import AppConfig

from yilu.patients import finders


class ReceptionConfig(AppConfig):
    """Registers what reception listens to."""

    name = "yilu.reception"
    label = "reception"

    def ready(self) -> None:
        import_module("yilu.reception.jobs")
        finders.add(import_module("yilu.reception.finding").find_booking)
        # Finishing a ticket sends the patient on, which only reception knows how to do.
        import_module("yilu.queueing.web.slots").finish_by("reception:finish")
