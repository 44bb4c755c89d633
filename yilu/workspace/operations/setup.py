"""Setting up a real clinic in an empty database: all in one deed, once.

It joins the apps below: places, staff, catalogue, rosters, queues and pathways.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection

from yilu.catalogue.operations.codes import load_diagnosis_codes
from yilu.catalogue.operations.loading import load_catalogue
from yilu.catalogue.operations.prices import set_price
from yilu.catalogue.operations.services import ServiceFacts, change_service, set_performers
from yilu.catalogue.selectors.prices import price_list
from yilu.catalogue.selectors.services import ServiceInfo, all_services
from yilu.facility.operations.hours import set_opening_hours
from yilu.facility.operations.sites import SiteFacts, name_group, open_site
from yilu.facility.rules import WeeklyHours
from yilu.pathways.operations.definitions import publish_definitions
from yilu.platform import clock, links
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import Localized
from yilu.queueing.operations.setup import set_up_queues
from yilu.scheduling.operations.roster import publish_sessions
from yilu.workforce.operations.posts import load_posts
from yilu.workforce.selectors.staff import staff_exists
from yilu.workspace.errors import AlreadySetUp
from yilu.workspace.operations.setup_link import PURPOSE, SUBJECT
from yilu.workspace.operations.setup_people import PlannedPerson, add_people
from yilu.workspace.operations.setup_places import PlannedPlaces, add_places

DAYS_PUBLISHED = 28
# Any number that nothing else locks: two who finish the wizard at once wait for each other.
_LOCK = 7_310_501


@dataclass(frozen=True, slots=True)
class PlannedService:
    """What the wizard says about a service that the product delivers."""

    key: str
    is_offered: bool
    minutes: int
    performers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClinicPlan:
    """Everything that the wizard has asked. The first of `people` is the administrator."""

    group_name: Localized
    site: SiteFacts
    time_zone: str
    specialties: tuple[str, ...]
    places: PlannedPlaces
    hours: tuple[WeeklyHours, ...]
    people: tuple[PlannedPerson, ...]
    services: tuple[PlannedService, ...]
    prices: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was made: the site, and who can sign in to it."""

    site_id: UUID
    administrator_id: UUID


@operation
def set_up_clinic(*, actor: Actor, plan: ClinicPlan) -> SetUp:
    """Make a clinic that can be booked at once: places, people, services, four weeks of time.

    Raises:
        AlreadySetUp: somebody works here already; nothing is changed.
    """
    _wait_for_turn()
    if staff_exists():
        raise AlreadySetUp
    load_posts(actor=actor)
    name_group(actor=actor, name=plan.group_name)
    site_id = open_site(actor=actor, facts=plan.site, time_zone=plan.time_zone)
    set_opening_hours(actor=actor, site_id=site_id, hours=plan.hours)
    departments = add_places(actor=actor, site_id=site_id, places=plan.places)
    people = add_people(
        actor=actor,
        site_id=site_id,
        people=plan.people,
        departments=departments,
        hours=plan.hours,
    )
    _offer(actor, plan, people.practitioners)
    load_diagnosis_codes(actor=actor)
    _open_for_booking(actor, site_id)
    links.withdraw(SUBJECT, PURPOSE)
    return SetUp(site_id, people.users[plan.people[0].staff_no])


def _wait_for_turn() -> None:
    """Let whoever finishes the wizard at the same time go first, and see what they made.

    Making a clinic takes seconds: longer than a deed may usually wait for another.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '60s'")
        cursor.execute("SET LOCAL statement_timeout = '60s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _offer(actor: Actor, plan: ClinicPlan, practitioners: Mapping[str, UUID]) -> None:
    load_catalogue(actor=actor, specialties=plan.specialties)
    delivered = {service.key: service for service in all_services()}
    for planned in plan.services:
        _change(actor, delivered[planned.key], planned)
        lines = [(practitioners[staff_no], None) for staff_no in planned.performers]
        service_id = delivered[planned.key].id
        set_performers(actor=actor, service_id=service_id, performers=lines)
    today = clock.now().date()
    for line in price_list(today + timedelta(days=1)):
        wanted = plan.prices.get(line.code)
        if wanted is not None and wanted != line.amount:
            set_price(actor=actor, item_id=line.item_id, amount=wanted)


def _change(actor: Actor, service: ServiceInfo, planned: PlannedService) -> None:
    if (service.minutes, service.is_active) == (planned.minutes, planned.is_offered):
        return
    said = ServiceFacts(
        **{name: getattr(service, name) for name in ServiceFacts.__slots__},
    )
    facts = replace(said, minutes=planned.minutes, is_active=planned.is_offered)
    change_service(actor=actor, service_id=service.id, facts=facts)


def _open_for_booking(actor: Actor, site_id: UUID) -> None:
    today = clock.now().date()
    publish_sessions(
        actor=actor,
        site_id=site_id,
        from_day=today - timedelta(days=1),
        to_day=today + timedelta(days=DAYS_PUBLISHED),
    )
    publish_definitions(actor=actor)
    set_up_queues(actor=actor, site_id=site_id)
