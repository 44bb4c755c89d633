"""How else a booking could take place: the services that its doctor performs in another way."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.catalogue.modes import Mode
from yilu.catalogue.selectors.bookable import bookable
from yilu.catalogue.selectors.services import performed_by, services
from yilu.platform.names import Localized
from yilu.scheduling.selectors.lines import BookingLine

MOST_WAYS = 8


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A service of the same department that takes place otherwise."""

    service_id: UUID
    name: Localized
    mode: Mode
    fee: Decimal | None

    @property
    def says(self) -> str:
        words = {"how": self.mode.label, "name": self.name, "fee": self.fee}
        if self.fee is None:
            return _("%(how)s – %(name)s") % words
        return _("%(how)s – %(name)s, ¥%(fee).2f") % words


def other_ways(line: BookingLine) -> list[OtherWay]:
    """What a booking can become at its time with its doctor, at most eight. Three queries, and
    one for each."""
    offered = {one.id: one for one in services(line.site_id)}
    mine = performed_by([line.practitioner_id])[line.practitioner_id]
    now = offered.get(line.service_id)
    found = [
        one
        for one in offered.values()
        if one.id in mine
        and one.mode != line.mode
        and (now is None or one.department_key == now.department_key)
    ]
    return [
        OtherWay(one.id, one.name, one.mode, bookable(one.id, line.clinic_day).fee)
        for one in found[:MOST_WAYS]
    ]
