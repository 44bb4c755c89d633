"""Absences, and the plans that follow from them."""

from dataclasses import replace
from uuid import UUID

from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform.actors import Actor
from yilu.platform.testing import run_jobs
from yilu.scheduling.models import Plan, PlannedMove
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.replanning import (
    confirm_plan,
    start_plan,
)
from yilu.scheduling.tests.factories import (
    Clinic,
    at,
)


def sick(clinic: Clinic, *, days: int = 1, resource: UUID | None = None) -> None:
    """The first doctor, or something else, is not there on Monday."""
    block_resource(
        actor=clinic.actor,
        resource_id=resource or clinic.doctor_resources[0],
        starts_at=at(8),
        ends_at=at(18, day=days - 1),
        kind="absence",
        reason="ill",
    )


def reachable(clinic: Clinic) -> UUID:
    """A patient whom a message reaches."""
    return make_patient(Site.objects.get(pk=clinic.site_id), "顾晓芳", phone=make_phone())


def desk(clinic: Clinic) -> Actor:
    """Whoever begins a plan; the worker looks up who asked for a job."""
    return replace(clinic.actor, user_id=None)


def planned(clinic: Clinic, **about: object) -> Plan:
    """A plan as the worker leaves it."""
    plan_id = start_plan(actor=desk(clinic), site_id=clinic.site_id, **about)
    assert run_jobs() == 1
    return Plan.objects.get(pk=plan_id)


def confirmed(clinic: Clinic) -> Plan:
    plan = planned(clinic)
    confirm_plan(actor=clinic.actor, plan_id=plan.pk, version=plan.version)
    return plan


def the_move(booking_id: UUID) -> PlannedMove:
    return PlannedMove.objects.filter(booking_id=booking_id).latest("created_at")


def patient_of(move: PlannedMove) -> Actor:
    """Who came by the link."""
    return Actor(kind="patient", name="link", owns=frozenset({move.pk}))


def sick_later(clinic: Clinic) -> None:
    block_resource(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        starts_at=at(8, day=2),
        ends_at=at(18, day=2),
        kind="absence",
    )
