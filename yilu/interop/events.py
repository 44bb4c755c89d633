"""What interop tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class PartnerSet:
    """A partner was added, changed, stopped or taken up again."""

    version: ClassVar[int] = 1
    says = _("A partner is added or changed")

    partner_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class PartnerKeySet:
    """A key of a partner was made, given an end, or withdrawn."""

    version: ClassVar[int] = 1
    says = _("A partner's key is made or ended")

    partner_id: UUID
    key_id: UUID
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class DayReconciled:
    """The list of a partner's bookings of a day was written."""

    version: ClassVar[int] = 1
    says = _("A partner's day is reconciled")

    partner_id: UUID
    clinic_day: date
    bookings: int


@dataclass(frozen=True, slots=True)
class CalendarFeedSet:
    """A calendar feed was made or withdrawn."""

    version: ClassVar[int] = 1
    says = _("A calendar feed is made or withdrawn")

    feed_id: UUID
    kind: str
    is_withdrawn: bool
