"""Resources, free time, bookings."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from yilu.patients.slots import Slot, fill
from yilu.scheduling import permissions


class SchedulingConfig(AppConfig):
    """Registers what scheduling listens to, and what it does when time has come."""

    name = "yilu.scheduling"
    label = "scheduling"

    def ready(self) -> None:
        jobs = import_module("yilu.scheduling.jobs")
        post_migrate.connect(jobs.begin_everywhere, sender=self)
        fill(
            Slot(
                key="bookings",
                title=_("Bookings"),
                url_name="scheduling:of-patient",
                permission=permissions.SEE,
                position=20,
            )
        )
