"""Outbreak mode and its drills, screening at the door, who is kept apart, whom they met."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yilu.outbreak import permissions
from yilu.platform.slots import Slot, fill

BESIDE = Slot(
    key="outbreak",
    title=_("Entry screening"),
    url_name="outbreak:of-visit",
    permission=permissions.SEE,
    position=10,
)


class OutbreakConfig(AppConfig):
    """Registers what can be taken back, and where a suspicion is shown."""

    name = "yilu.outbreak"
    label = "outbreak"

    def ready(self) -> None:
        import_module("yilu.outbreak.jobs")
        fill("clinical.assess", BESIDE)
