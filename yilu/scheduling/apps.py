"""Resources, free time, bookings."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from yilu.patients.slots import Slot, fill
from yilu.platform import slots
from yilu.scheduling import permissions

ADDED = {
    "facility.site": slots.Slot(
        key="days",
        title=_("Hours and days"),
        url_name="scheduling:year",
        permission=permissions.SEE,
    ),
    "facility.closing": slots.Slot(
        key="bookings", title="", url_name="scheduling:close-place", permission=permissions.SEE
    ),
    "catalogue.service": slots.Slot(
        key="bookings", title="", url_name="scheduling:of-service", permission=permissions.SEE
    ),
    "workforce.leaving": slots.Slot(
        key="bookings", title="", url_name="scheduling:leave", permission=permissions.SEE
    ),
}
"""What scheduling adds to the pages of the apps below it."""


class SchedulingConfig(AppConfig):
    """Registers what scheduling listens to, and what it does when time has come."""

    name = "yilu.scheduling"
    label = "scheduling"

    def ready(self) -> None:
        jobs = import_module("yilu.scheduling.jobs")
        import_module("yilu.scheduling.waiting_jobs")
        import_module("yilu.scheduling.planning_jobs")
        import_module("yilu.scheduling.series_jobs")
        figure_jobs = import_module("yilu.scheduling.figure_jobs")
        post_migrate.connect(jobs.begin_everywhere, sender=self)
        post_migrate.connect(figure_jobs.begin_archiving, sender=self)
        for where, slot in ADDED.items():
            slots.fill(where, slot)
        fill(
            Slot(
                key="bookings",
                title=_("Bookings"),
                url_name="scheduling:of-patient",
                permission=permissions.SEE,
                position=20,
            )
        )
        fill(
            Slot(
                key="series",
                title=_("Treatments in series"),
                url_name="scheduling:series-of-patient",
                permission=permissions.SEE,
                position=21,
            )
        )
        fill(
            Slot(
                key="patient-rule",
                title=_("Missed visits"),
                url_name="scheduling:patient-bar",
                permission=permissions.SEE,
                position=22,
            )
        )
        fill(
            Slot(
                key="later-times",
                title=_("When a doctor runs late"),
                url_name="scheduling:fixed-times",
                permission=permissions.SEE,
                position=23,
            )
        )
