"""What facility tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class SiteOpened:
    """The group has a new site. It has no places and no opening hours yet."""

    version: ClassVar[int] = 1
    says = _("A site is opened")

    site_id: UUID


@dataclass(frozen=True, slots=True)
class SiteChanged:
    """A site's names, address or policy for holidays changed; its time zone never does."""

    version: ClassVar[int] = 1
    says = _("A site is changed")

    site_id: UUID


@dataclass(frozen=True, slots=True)
class PlaceAdded:
    """A department, room, chair or device exists from now on. `kind` says which."""

    version: ClassVar[int] = 1
    says = _("A place is added")

    kind: str
    place_id: UUID


@dataclass(frozen=True, slots=True)
class PlaceChanged:
    """A department, room, chair or device was renamed, moved, closed or opened again."""

    version: ClassVar[int] = 1
    says = _("A place is changed")

    kind: str
    place_id: UUID
    is_active: bool


@dataclass(frozen=True, slots=True)
class OpeningHoursSet:
    """The weekly opening hours of a site are others than before."""

    version: ClassVar[int] = 1
    says = _("Opening hours are set")

    site_id: UUID


@dataclass(frozen=True, slots=True)
class SiteClosureSet:
    """A site will be closed on these days, both included."""

    version: ClassVar[int] = 1
    says = _("A site is to be closed")

    site_id: UUID
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class SiteClosureLifted:
    """A closure no longer holds."""

    version: ClassVar[int] = 1
    says = _("A closure is lifted")

    site_id: UUID
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class SiteClosureChanged:
    """A closure has other days now: `old_starts_on` to `old_ends_on` were its days before."""

    version: ClassVar[int] = 1
    says = _("A closure has other days")

    site_id: UUID
    old_starts_on: date
    old_ends_on: date
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class SpecialDaySet:
    """A site keeps other hours on a day than its week says."""

    version: ClassVar[int] = 1
    says = _("A day has other hours")

    site_id: UUID
    day: date


@dataclass(frozen=True, slots=True)
class SpecialDayDropped:
    """On this day a site keeps the hours of its week again."""

    version: ClassVar[int] = 1
    says = _("A day has its usual hours again")

    site_id: UUID
    day: date


@dataclass(frozen=True, slots=True)
class CalendarDaySet:
    """The group decided that a day is a holiday or a working day, whatever the calendar says."""

    version: ClassVar[int] = 1
    says = _("A holiday or working day is set")

    day: date
    kind: str
