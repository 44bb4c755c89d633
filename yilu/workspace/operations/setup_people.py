"""The people of a new clinic: staff with posts, and practitioners with their weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from yilu.facility.rules import WeeklyHours
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import Localized
from yilu.scheduling.operations.resources import add_resource
from yilu.scheduling.operations.weeks import Stretch, set_week
from yilu.workforce.operations.posts import assign_post
from yilu.workforce.operations.practitioners import PractitionerFacts, make_practitioner
from yilu.workforce.operations.staff import StaffFacts, hire_staff, keep_password

PRESCRIBERS = {"doctor"}
ANTIBIOTICS_OF_DOCTORS = 2


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """Somebody who will work here. `kind` is empty for who sees no patients.

    `password` is the hash of one chosen in the wizard; the others are given theirs later.
    """

    staff_no: str
    name: str
    posts: tuple[str, ...]
    title: Localized
    kind: str = ""
    department: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Who was made, by staff number: the users, and the practitioners among them."""

    users: Mapping[str, UUID]
    practitioners: Mapping[str, UUID]


@operation
def add_people(
    *,
    actor: Actor,
    site_id: UUID,
    people: Sequence[PlannedPerson],
    departments: Mapping[str, UUID],
    hours: Sequence[WeeklyHours],
) -> People:
    """Hire the people, give them their posts, and let practitioners work while it is open."""
    users, practitioners = {}, {}
    for position, person in enumerate(people):
        facts = StaffFacts(staff_no=person.staff_no, name=person.name, title=person.title)
        hired = hire_staff(actor=actor, facts=facts)
        users[person.staff_no] = hired.user_id
        for post in person.posts:
            assign_post(actor=actor, user_id=hired.user_id, post=post, site_id=site_id)
        if person.password:
            keep_password(actor=actor, user_id=hired.user_id, encoded=person.password)
        if not person.kind:
            continue
        prescribes = person.kind in PRESCRIBERS
        said = PractitionerFacts(
            kind=person.kind,
            department_id=departments[person.department],
            title=person.title,
            may_prescribe=prescribes,
            antibiotic_level=ANTIBIOTICS_OF_DOCTORS if prescribes else 0,
            position=position,
        )
        made = make_practitioner(actor=actor, staff_id=hired.staff_id, facts=said)
        practitioners[person.staff_no] = made
        _let_work(actor, site_id, made, hours)
    return People(users, practitioners)


def _let_work(
    actor: Actor, site_id: UUID, practitioner_id: UUID, hours: Sequence[WeeklyHours]
) -> None:
    resource_id = add_resource(
        actor=actor, site_id=site_id, kind="practitioner", of_id=practitioner_id
    )
    set_week(
        actor=actor,
        resource_id=resource_id,
        site_id=site_id,
        stretches=[Stretch(h.weekday, h.opens, h.closes) for h in hours],
        valid_from=clock.now().date() - timedelta(days=1),
    )
