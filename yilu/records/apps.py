"""Who may open whose record, and why; and the archive."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.patients import care
from yilu.patients.slots import Slot, fill
from yilu.platform import slots
from yilu.records import permissions

ACCESS = Slot(
    key="access",
    title=_("Access to the record"),
    url_name="records:access",
    permission=permissions.OPEN,
    position=10,
)
PAPERS = Slot(
    key="papers",
    title=pgettext_lazy("record", "Papers"),
    url_name="records:papers",
    permission=permissions.FILE,
    position=15,
)
REVIEW = slots.Slot(
    key="review",
    title=pgettext_lazy("opening", "Review"),
    url_name="records:review",
    permission=permissions.REVIEW,
)


class RecordsConfig(AppConfig):
    """Guards the record for the apps above, and says on a patient's page who may open it."""

    name = "yilu.records"
    label = "records"

    def ready(self) -> None:
        care.guard_with(import_string("yilu.records.selectors.access.may_open"))
        fill(ACCESS)
        fill(PAPERS)
        slots.fill("pathways.records.opening", REVIEW)
