"""Everything that changes who sees patients. Nothing else writes practitioners."""

from dataclasses import dataclass
from uuid import UUID

from yilu.facility.selectors.places import place_names
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.workforce import permissions
from yilu.workforce.errors import IsPractitioner, UnknownDepartment, UnknownStaff
from yilu.workforce.events import PractitionerAdded, PractitionerChanged
from yilu.workforce.models import Practitioner, StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerFacts:
    """What is said about a practitioner. Who may not prescribe has no antibiotic level."""

    kind: str
    department_id: UUID
    title: Localized | None = None
    specialty: Localized | None = None
    introduction: Localized | None = None
    is_bookable: bool = True
    may_prescribe: bool = False
    antibiotic_level: int = 0
    position: int = 0
    meeting_link: str = ""


@operation
def make_practitioner(*, actor: Actor, staff_id: UUID, facts: PractitionerFacts) -> UUID:
    """Let a member of staff see patients.

    Raises: NotAllowed, UnknownStaff, UnknownDepartment; IsPractitioner: they already do.
    """
    actor.require_anywhere(permissions.MANAGE)
    member = StaffMember.objects.select_for_update().filter(pk=staff_id).first()
    if member is None:
        raise UnknownStaff
    practitioner = Practitioner(staff=member)
    _say(practitioner, facts)
    with on_violation(workforce_practitioner_staff_id_key=IsPractitioner):
        practitioner.save(force_insert=True)
    audit.record(actor, "workforce.practitioner.added", practitioner, kind=facts.kind)
    added = PractitionerAdded(practitioner.pk, member.user_id)
    outbox.publish(added, actor=actor, site_id=None, subject=practitioner)
    return practitioner.pk


@operation
def change_practitioner(
    *, actor: Actor, practitioner_id: UUID, facts: PractitionerFacts, version: int | None = None
) -> None:
    """Change what is said about a practitioner, and what they may prescribe.

    Raises: NotFound, NotAllowed, Stale, UnknownDepartment.
    """
    actor.require_anywhere(permissions.MANAGE)
    found = Practitioner.objects.select_for_update().filter(pk=practitioner_id).first()
    if found is None:
        raise NotFound
    check_version(found, version)
    _say(found, facts)
    found.version += 1
    found.save()
    audit.record(actor, "workforce.practitioner.changed", found, version=found.version)
    changed = PractitionerChanged(found.pk, found.is_bookable)
    outbox.publish(changed, actor=actor, site_id=None, subject=found)


def _say(practitioner: Practitioner, facts: PractitionerFacts) -> None:
    if facts.department_id not in place_names([facts.department_id]):
        raise UnknownDepartment
    practitioner.kind = facts.kind
    practitioner.department_id = facts.department_id
    practitioner.title = facts.title or Localized()
    practitioner.specialty = facts.specialty or Localized()
    practitioner.introduction = facts.introduction or Localized()
    practitioner.is_bookable = facts.is_bookable
    practitioner.may_prescribe = facts.may_prescribe
    practitioner.antibiotic_level = facts.antibiotic_level if facts.may_prescribe else 0
    practitioner.position = facts.position
    practitioner.meeting_link = facts.meeting_link
