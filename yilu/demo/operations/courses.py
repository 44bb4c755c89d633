"""Treatments in series under way, and families who come together, in the demonstration."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from yilu.catalogue.selectors.services import all_services
from yilu.demo.operations.clinic import BuiltClinic
from yilu.facility.selectors.sites import site_zone
from yilu.patients import permissions as patients
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import Localized
from yilu.scheduling import permissions
from yilu.scheduling.demo import begin_series, courses_of, lately_here
from yilu.scheduling.operations.booking import BookingWish
from yilu.scheduling.operations.together import book_together
from yilu.scheduling.operations.treatment_plans import PlanFacts, save_plan
from yilu.scheduling.selectors.together import ways_to_come
from yilu.scheduling.sittings import Step
from yilu.scheduling.states import Channel

LOOK_BACK = timedelta(days=60)
RECALLS = 4


@dataclass(frozen=True, slots=True)
class Course:
    """A plan of the demonstration: where, by whom, which services after which days, how far."""

    site: str
    name: Localized
    staff_no: str
    services: tuple[str, ...]
    gaps: tuple[tuple[int, int], ...]
    done: int
    patients: int


ROOT_CANAL = Course(
    "north",
    Localized({"zh-Hans": "根管治疗（4 次）", "en": "Root canal in four sittings"}),
    "20014",
    ("dental_exam", "root_canal", "root_canal", "filling"),
    ((2, 60), (5, 14), (7, 21)),
    done=2,
    patients=1,
)
BRACES = Course(
    "north",
    Localized({"zh-Hans": "正畸复诊（一年）", "en": "Braces: a year of recalls"}),
    "20018",
    ("ortho_adjust",) * 12,
    ((28, 42),) * 11,
    done=1,
    patients=RECALLS,
)
FILLINGS = Course(
    "south",
    Localized({"zh-Hans": "多颗牙补牙（3 次）", "en": "Several fillings in three sittings"}),
    "20011",
    ("dental_exam", "filling", "filling"),
    ((2, 21), (5, 14)),
    done=1,
    patients=1,
)
CHRONIC = Course(
    "south",
    Localized({"zh-Hans": "慢病随访（半年）", "en": "Chronic disease: half a year of reviews"}),
    "20001",
    ("chronic_return",) * 6,
    ((25, 35),) * 5,
    done=1,
    patients=2,
)


@operation
def begin_courses(*, actor: Actor, clinic: BuiltClinic) -> list[UUID]:
    """Have treatments under way at each site: a root canal half done, braces and chronic diseases
    with recalls to come. The worker books the next sittings, as far as sessions are published.
    Gives back the treatments."""
    able = actor.lent(permissions.SEE, permissions.BOOK, permissions.CHANGE, permissions.ROSTER)
    ids = {service.key: service.id for service in all_services()}
    begun = []
    for course in (ROOT_CANAL, BRACES, FILLINGS, CHRONIC):
        site_id = clinic.sites[course.site].id
        gaps = ((0, 0), *course.gaps)
        steps = tuple(Step(ids[key], *gap) for key, gap in zip(course.services, gaps, strict=True))
        plan_id = save_plan(actor=able, site_id=site_id, facts=PlanFacts(course.name, steps))
        past = courses_of(
            clinic.practitioners[course.staff_no],
            ids[course.services[course.done - 1]],
            since=clock.now() - LOOK_BACK,
            visits=course.done,
        )
        begun += [begin_series(plan_id, one) for one in past[: course.patients]]
    return begun


@operation
def book_family(*, actor: Actor, clinic: BuiltClinic) -> int:
    """Have two children of one family come together tomorrow or soon after; how many come.

    Nobody, when no two of those who were here lately have one family name.
    """
    able = actor.lent(permissions.SEE, permissions.BOOK, patients.SEE, patients.SEE_ALL)
    site_id = clinic.sites["south"].id
    service_id = next(one.id for one in all_services() if one.key == "child_visit")
    children = patient_briefs(able, lately_here(site_id, service_id, 80), "demo")
    family: dict[str, list[UUID]] = {}
    for one in sorted(children.values(), key=lambda child: child.record_no):
        family.setdefault(str(one.name)[:1], []).append(one.id)
    pair = next((found[:2] for found in family.values() if len(found) > 1), [])
    tomorrow = clock.now().astimezone(site_zone(site_id)).date() + timedelta(days=1)
    ways = ways_to_come(site_id, service_id, 2, tomorrow, parallel=False)
    if not (pair and ways):
        return 0
    wishes = [
        BookingWish(
            site_id=site_id,
            service_id=service_id,
            practitioner_id=place.practitioner_id,
            starts_at=place.starts_at,
            patient_id=who,
            channel=Channel.PHONE,
            companion=str(children[other].name),
        )
        for who, other, place in zip(pair, reversed(pair), ways[0].places, strict=True)
    ]
    return len(book_together(actor=able, wishes=wishes))
