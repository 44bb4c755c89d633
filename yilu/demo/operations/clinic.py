"""Setting up the demonstration clinic, by the same operations that set up a real one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from itertools import cycle
from uuid import UUID

from django.contrib.auth.hashers import make_password

from yilu.catalogue import permissions as catalogue
from yilu.catalogue.operations.codes import load_diagnosis_codes
from yilu.catalogue.operations.loading import load_catalogue
from yilu.catalogue.operations.services import set_performers
from yilu.catalogue.selectors.defaults import DefaultDepartment, default_departments
from yilu.catalogue.selectors.services import all_services
from yilu.demo.plan import (
    ClinicPlan,
    PlannedDepartment,
    PlannedDevice,
    PlannedPractitioner,
    PlannedSite,
    PlannedStaff,
)
from yilu.facility import permissions as facility
from yilu.facility.operations.hours import set_opening_hours
from yilu.facility.operations.places import (
    ChairFacts,
    DepartmentFacts,
    DeviceFacts,
    RoomFacts,
    add_place,
)
from yilu.facility.operations.sites import SiteFacts, name_group, open_site
from yilu.facility.rules import WeeklyHours
from yilu.guiding import permissions as guiding
from yilu.guiding.operations.setting import RuleFacts, set_guide_rule
from yilu.pathways import permissions as pathways
from yilu.pathways.operations.definitions import publish_definitions
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import Localized
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.limits import Figures, set_wait_rule
from yilu.queueing.operations.setup import set_up_queues
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.plans import PlanFacts, set_plan
from yilu.scheduling.operations.resources import add_resource
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.operations.weeks import Stretch, set_week
from yilu.scheduling.shares import Share
from yilu.scheduling.states import ResourceKind
from yilu.workforce import permissions as workforce
from yilu.workforce.operations.posts import assign_post, load_posts
from yilu.workforce.operations.practitioners import PractitionerFacts, make_practitioner
from yilu.workforce.operations.staff import StaffFacts, hire_staff, keep_password

SPECIALTIES = (
    "general",
    "paediatrics",
    "dental",
    "orthodontics",
    "implantology",
    "dermatology",
    "aesthetics",
)
NEEDED = (
    catalogue.MANAGE,
    facility.MANAGE,
    guiding.SET_UP,
    pathways.PUBLISH,
    queueing.SET_UP,
    scheduling.SEE,
    scheduling.ROSTER,
    workforce.MANAGE,
)
RELEASED_BEFORE, POPULAR_DAY = 7, 2
# The usual limits of a wait; and a late doctor's patients are told to come later.
WAITS = Figures(longest_minutes=15, grace_minutes=5, tells_later=True)
# Where guides work everybody is shown the way to the pharmacy; elsewhere nobody is brought.
GUIDED = RuleFacts(for_all=("pharmacy",), wheelchairs=4, stretchers=1)
UNGUIDED = RuleFacts(for_needs=())
WINDOWS = {
    "triage": Localized({"zh-Hans": "分诊台", "en": "Triage desk"}),
    "laboratory": Localized({"zh-Hans": "采样窗口", "en": "Sampling window"}),
    "cashier": Localized({"zh-Hans": "收费窗口", "en": "Cashier window"}),
    "pharmacy": Localized({"zh-Hans": "药房窗口", "en": "Pharmacy window"}),
}


@dataclass(frozen=True, slots=True)
class BuiltPlace:
    """A room or chair, and the resource by which it is booked."""

    key: str
    id: UUID
    resource_id: UUID


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """What stands at a site now: departments by key, and the places of each."""

    id: UUID
    departments: dict[str, UUID] = field(default_factory=dict)
    places: dict[str, list[BuiltPlace]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BuiltClinic:
    """The clinic as it stands: ids by key, and by staff number.

    `resources` are what a practitioner's bookings hold: themselves, and their room or chair.
    """

    sites: dict[str, BuiltSite] = field(default_factory=dict)
    practitioners: dict[str, UUID] = field(default_factory=dict)
    users: dict[str, UUID] = field(default_factory=dict)
    resources: dict[str, tuple[UUID, UUID]] = field(default_factory=dict)
    devices: dict[str, UUID] = field(default_factory=dict)


@operation
def build_clinic(*, actor: Actor, plan: ClinicPlan, since: date, password: str) -> BuiltClinic:
    """Open both sites with their people, places, services, hours and queues, valid since a day.

    Every sign-in has the same password, which is no secret in a demonstration: it is hashed once.
    """
    able = actor.lent(*NEEDED)
    load_posts(actor=able)
    name_group(actor=able, name=plan.group)
    load_catalogue(actor=able, specialties=SPECIALTIES, from_on=since)
    load_diagnosis_codes(actor=able)
    builder = Builder(able, plan, since)
    for site in plan.sites:
        builder.open_site(site)
    for one in plan.practitioners:
        builder.hire_practitioner(one)
    for person in plan.staff:
        builder.hire(person)
    built = builder.finish()
    encoded = make_password(password)
    for user_id in built.users.values():
        keep_password(actor=able, user_id=user_id, encoded=encoded)
    publish_definitions(actor=able)
    return built


def publish(*, actor: Actor, clinic: BuiltClinic, from_day: date, to_day: date) -> None:
    """Publish the sessions of every site for these days."""
    able = actor.lent(*NEEDED)
    for site in clinic.sites.values():
        publish_sessions(actor=able, site_id=site.id, from_day=from_day, to_day=to_day)


def share_out(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> None:
    """Give the doctor who is asked for most a release plan with a waiting room, on one weekday.

    It is a small part of one doctor's week: everybody else is booked as ever.
    """
    able = actor.lent(*NEEDED)
    popular = max(plan.practitioners, key=lambda one: one.asked_for)
    resource_id, _home = clinic.resources[popular.staff_no]
    shares = (
        Share("desk", amount=8),
        Share("online", amount=6, days_ahead=RELEASED_BEFORE, released_at=time(7)),
        Share("room", amount=4),
    )
    facts = PlanFacts(
        name=f"{popular.name} 专家号", shares=shares, resource_ids=(resource_id,),
        weekdays=(POPULAR_DAY,), has_draw=True,
    )  # fmt: skip
    set_plan(actor=able, site_id=clinic.sites[popular.site].id, facts=facts)


class Builder:
    """Opens, hires and rosters what a plan says, and remembers what has become what."""

    def __init__(self, able: Actor, plan: ClinicPlan, since: date) -> None:
        self._able, self._plan, self._since = able, plan, since
        self._known: dict[str, DefaultDepartment] = {
            one.key: one for one in default_departments(SPECIALTIES)
        }
        self._built = BuiltClinic()
        self._homes: dict[tuple[str, str], Iterator[BuiltPlace]] = {}

    def open_site(self, site: PlannedSite) -> None:
        """Open a site with its departments, places, devices and windows."""
        facts = SiteFacts(
            name=site.name,
            address=site.address,
            phone=site.phone,
            directions=site.directions,
            position=len(self._built.sites),
        )
        zone = self._plan.time_zone
        site_id = open_site(actor=self._able, facts=facts, time_zone=zone, key=site.key)
        hours = self._plan.hours
        weekly = [WeeklyHours(day, hours.opens, hours.closes) for day in hours.weekdays]
        set_opening_hours(actor=self._able, site_id=site_id, hours=weekly)
        built = self._built.sites[site.key] = BuiltSite(site_id)
        for department in site.departments:
            self._department(built, department)
            self._homes[site.key, department.key] = cycle(built.places[department.key])
        for device in site.devices:
            self._device(built, device)
        for n, kind in enumerate(site.windows):
            self._window(built, kind, site.windows[: n + 1].count(kind))

    def hire_practitioner(self, one: PlannedPractitioner) -> None:
        """Hire somebody who sees patients, in a room or chair of their own."""
        site, title = self._built.sites[one.site], self._plan.titles[one.title]
        home = next(self._homes[one.site, one.department])
        facts = StaffFacts(staff_no=one.staff_no, name=one.name, pinyin=one.pinyin, title=title)
        hired = hire_staff(actor=self._able, facts=facts)
        self._assign(hired.user_id, "doctor", site.id)
        practitioner_id = make_practitioner(
            actor=self._able,
            staff_id=hired.staff_id,
            facts=PractitionerFacts(
                kind="doctor",
                department_id=site.departments[one.department],
                title=title,
                may_prescribe=True,
                antibiotic_level=1 if one.title == "resident" else 2,
            ),
        )
        resource = add_resource(
            actor=self._able,
            site_id=site.id,
            kind=ResourceKind.PRACTITIONER,
            of_id=practitioner_id,
            home_id=home.resource_id,
        )
        self._roster(site.id, resource, self._plan.hours.stretches)
        self._built.resources[one.staff_no] = (resource, home.resource_id)
        self._built.users[one.staff_no] = hired.user_id
        self._built.practitioners[one.staff_no] = practitioner_id

    def hire(self, person: PlannedStaff) -> None:
        """Hire somebody for a desk."""
        facts = StaffFacts(
            staff_no=person.staff_no,
            name=person.name,
            pinyin=person.pinyin,
            languages=person.languages,
        )
        hired = hire_staff(actor=self._able, facts=facts)
        for site in person.sites:
            self._assign(hired.user_id, person.post, self._built.sites[site].id)
        self._built.users[person.staff_no] = hired.user_id

    def finish(self) -> BuiltClinic:
        """Say who does what, set up the queues, and give back what stands."""
        ids = {service.key: service.id for service in all_services()}
        doing: dict[str, list[tuple[UUID, int | None]]] = {}
        for one in self._plan.practitioners:
            for service in one.services:
                performer = (self._built.practitioners[one.staff_no], None)
                doing.setdefault(service, []).append(performer)
        for service, performers in doing.items():
            set_performers(actor=self._able, service_id=ids[service], performers=performers)
        guided = {
            site for person in self._plan.staff if person.post == "guide" for site in person.sites
        }
        for key, site in self._built.sites.items():
            set_up_queues(actor=self._able, site_id=site.id)
            set_wait_rule(actor=self._able, site_id=site.id, figures=WAITS)
            rule = GUIDED if key in guided else UNGUIDED
            set_guide_rule(actor=self._able, site_id=site.id, facts=rule)
        return self._built

    def _department(self, built: BuiltSite, planned: PlannedDepartment) -> None:
        known = self._known[planned.key]
        facts = DepartmentFacts(
            name=known.name,
            specialty=known.specialty,
            floor=planned.floor,
            letter=known.letter,
        )
        built.departments[planned.key] = add_place(
            actor=self._able, site_id=built.id, key=planned.key, facts=facts
        )
        before = sum(len(places) for places in built.places.values())
        built.places[planned.key] = [
            self._place(built, known, n, before + n) for n in range(1, planned.places + 1)
        ]

    def _place(self, built: BuiltSite, known: DefaultDepartment, n: int, number: int) -> BuiltPlace:
        """One consulting room, or one chair in a room of its own."""
        key = f"{known.key}-{n}"
        facts = RoomFacts(
            name=Localized({"zh-Hans": f"诊室 {number}", "en": f"Room {number}"}),
            kind=known.room_kind,
            department_id=built.departments[known.key],
        )
        place_id = add_place(actor=self._able, site_id=built.id, key=key, facts=facts)
        kind, detail = ResourceKind.ROOM, known.room_kind
        if known.places == "chair":
            chair = ChairFacts(
                name=Localized({"zh-Hans": f"椅位 {number}", "en": f"Chair {number}"}),
                room_id=place_id,
            )
            place_id = add_place(
                actor=self._able, site_id=built.id, key=f"chair-{key}", facts=chair
            )
            kind, detail = ResourceKind.CHAIR, ""
        return BuiltPlace(key, place_id, self._resource(built.id, kind, place_id, detail))

    def _device(self, built: BuiltSite, device: PlannedDevice) -> None:
        rooms = {place.key: place.id for places in built.places.values() for place in places}
        facts = DeviceFacts(name=device.name, kind=device.kind, room_id=rooms.get(device.room))
        device_id = add_place(actor=self._able, site_id=built.id, key=device.key, facts=facts)
        resource = self._resource(built.id, ResourceKind.DEVICE, device_id, device.kind)
        self._built.devices[device.kind] = resource

    def _window(self, built: BuiltSite, kind: str, n: int) -> None:
        name = Localized({language: f"{words} {n}" for language, words in WINDOWS[kind].items()})
        facts = RoomFacts(name=name, kind=kind)
        add_place(actor=self._able, site_id=built.id, key=f"{kind}-{n}", facts=facts)

    def _resource(self, site_id: UUID, kind: ResourceKind, of_id: UUID, detail: str) -> UUID:
        """A place or device that can be booked whenever the site is open."""
        resource = add_resource(
            actor=self._able, site_id=site_id, kind=kind, of_id=of_id, detail=detail
        )
        hours = self._plan.hours
        self._roster(site_id, resource, ((hours.opens, hours.closes),))
        return resource

    def _roster(self, site_id: UUID, resource_id: UUID, day: tuple[tuple[time, time], ...]) -> None:
        stretches = [
            Stretch(weekday, starts, ends)
            for weekday in self._plan.hours.weekdays
            for starts, ends in day
        ]
        set_week(
            actor=self._able,
            resource_id=resource_id,
            site_id=site_id,
            stretches=stretches,
            valid_from=self._since,
        )

    def _assign(self, user_id: UUID, post: str, site_id: UUID) -> None:
        assign_post(
            actor=self._able, user_id=user_id, post=post, site_id=site_id, from_on=self._since
        )
