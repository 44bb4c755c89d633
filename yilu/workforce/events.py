"""What workforce tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class StaffHired:
    version: ClassVar[int] = 1
    says = _("Somebody begins to work here")

    staff_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """A name, title or staff number changed."""

    version: ClassVar[int] = 1
    says = _("A staff member's details are changed")

    staff_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class StaffLeft:
    """From now on this person can do nothing here; whatever they were signed in to has ended."""

    version: ClassVar[int] = 1
    says = _("A staff member has left")

    staff_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class StaffReturned:
    version: ClassVar[int] = 1
    says = _("A staff member is back")

    staff_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class PractitionerAdded:
    """Somebody sees patients from now on."""

    version: ClassVar[int] = 1
    says = _("Somebody sees patients from now on")

    practitioner_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class PractitionerChanged:
    version: ClassVar[int] = 1
    says = _("Details of a practitioner are changed")

    practitioner_id: UUID
    is_bookable: bool


@dataclass(frozen=True, slots=True)
class PostAssigned:
    version: ClassVar[int] = 1
    says = _("A post is assigned")

    user_id: UUID
    post: str
    site_id: UUID
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class AssignmentEnded:
    version: ClassVar[int] = 1
    says = _("A post is ended")

    user_id: UUID
    post: str
    site_id: UUID
    to_on: date
