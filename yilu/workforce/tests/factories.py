"""Staff for tests, made by the operations that make them for people."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import UUID

from yilu.facility.tests.factories import make_department, words
from yilu.platform import actors
from yilu.platform.actors import Actor
from yilu.platform.models import User
from yilu.workforce import permissions
from yilu.workforce.operations.posts import assign_post, load_posts
from yilu.workforce.operations.practitioners import PractitionerFacts, make_practitioner
from yilu.workforce.operations.staff import StaffFacts, hire_staff, set_password
from yilu.workforce.selectors.staff import posts

HIRER = Actor.system("hirer", permissions.MANAGE)
PASSWORD = "correct-horse-battery"  # noqa: S105 (of people in tests)
FIRST_DAY = date(2020, 1, 1)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person who works here."""

    staff_id: UUID
    user_id: UUID
    staff_no: str
    practitioner_id: UUID | None = None

    def actor(self) -> Actor:
        """This person with the rights of today."""
        return actors.load(User.objects.get(pk=self.user_id))


def make_staff(*held: str, site_id: UUID | None = None, name: str = "张伟") -> Someone:
    """A person with a password, who holds these posts at the site since long ago."""
    staff_no = f"S{next(_numbers):04d}"
    hired = hire_staff(actor=HIRER, facts=StaffFacts(staff_no=staff_no, name=name))
    set_password(actor=HIRER, user_id=hired.user_id, password=PASSWORD)
    if held and not posts():
        load_posts(actor=HIRER)
    for post in held:
        assert site_id is not None
        assign_post(
            actor=HIRER, user_id=hired.user_id, post=post, site_id=site_id, from_on=FIRST_DAY
        )
    return Someone(hired.staff_id, hired.user_id, staff_no)


def make_doctor(
    site_id: UUID, *, department_id: UUID | None = None, name: str = "李娜", post: str = "doctor"
) -> Someone:
    """A bookable practitioner with the doctor's post at the site, who may prescribe."""
    person = make_staff(post, site_id=site_id, name=name)
    facts = PractitionerFacts(
        kind="doctor",
        department_id=department_id or make_department(site_id, key=f"d{next(_numbers)}"),
        title=words("主治医师", "Attending physician"),
        may_prescribe=True,
        antibiotic_level=2,
    )
    made = make_practitioner(actor=HIRER, staff_id=person.staff_id, facts=facts)
    return Someone(person.staff_id, person.user_id, person.staff_no, made)
