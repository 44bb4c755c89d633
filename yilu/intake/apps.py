"""Health questions before a visit: asked by link, answered by phone, read by those who care."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yilu.intake import permissions
from yilu.platform.slots import Slot, fill

MARK = Slot(
    key="questions", title="", url_name="intake:mark", permission=permissions.SEE, position=60
)
BESIDE = Slot(
    key="questions",
    title=_("Answers before the visit"),
    url_name="intake:ask",
    permission=permissions.SEE,
    stylesheet="intake/intake.css",
)
LEVEL = Slot(
    key="level",
    title=_("Level"),
    url_name="intake:level",
    permission=permissions.SEE,
    position=10,
    stylesheet="intake/intake.css",
)


class IntakeConfig(AppConfig):
    """Registers what intake listens to, and where answers are shown."""

    name = "yilu.intake"
    label = "intake"

    def ready(self) -> None:
        import_module("yilu.intake.jobs")
        fill("scheduling.booking", MARK)
        fill("clinical.assess", LEVEL)
        fill("clinical.assess", BESIDE)
