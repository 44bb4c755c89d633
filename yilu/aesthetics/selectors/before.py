"""What has to be known before a session begins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from yilu.aesthetics.models import Pass, Session
from yilu.aesthetics.rules.screening import Finding, screen
from yilu.aesthetics.rules.sequences import Past, in_sequence
from yilu.aesthetics.rules.tables import table
from yilu.aesthetics.rules.treatments import Treatment
from yilu.aesthetics.selectors.consulting import Consulted, standing_consultation
from yilu.aesthetics.selectors.courses import priced_as, usable_courses
from yilu.aesthetics.states import SessionState
from yilu.clinical.errors import OrderHeld, PlanOpen
from yilu.clinical.selectors.consents import given_consents
from yilu.clinical.selectors.context import Setting
from yilu.clinical.selectors.plans import require_accepted, require_released
from yilu.clinical.selectors.procedures import running_kinds
from yilu.clinical.selectors.readiness import readiness
from yilu.facility.selectors.places import DeviceInfo, devices


@dataclass(frozen=True, slots=True)
class Before:
    """What stands for and against a treatment at a visit."""

    consultation: Consulted | None
    must_ask_anew: bool
    findings: tuple[Finding, ...]
    has_consent: bool
    steps_run: bool
    devices: tuple[DeviceInfo, ...]
    held: str

    @property
    def is_blocked(self) -> bool:
        return any(one.is_block for one in self.findings)


def before_session(where: Setting, kind: Treatment, areas: Iterable[str]) -> Before:
    """What stands against a treatment of these areas, and which devices can do it. Fourteen
    queries at most. Ask the right to know before.
    """
    consulted = standing_consultation(where.patient_id, where.day)
    past = _past(where)
    answers = consulted.answers if consulted else {}
    found = screen(answers, [kind.key], day=where.day, age=where.age, sex=where.patient.sex)[
        kind.key
    ]
    sites = devices(where.site_id) if kind.has_device else []
    fitting = {kind.key, *kind.device_kinds}
    return Before(
        consultation=consulted,
        must_ask_anew=bool(consulted and consulted.visit_id != where.visit_id),
        findings=(*found, *in_sequence(kind, areas, [one for one, _visit in past], where.day)),
        has_consent=_has_consent(where, kind, {visit for _one, visit in past}),
        steps_run=not kind.procedure or kind.procedure in running_kinds(where.visit_id),
        devices=tuple(one for one in sites if one.kind in fitting),
        held=_held(where, kind),
    )


def require_plan(where: Setting, kind: Treatment) -> None:
    """Refuse a treatment that a plan names before the patient has accepted it. Six queries at most.

    A course that is paid was accepted when it was bought. What the price list does not know
    cannot be told from the rest of a plan: any plan that waits at the visit holds it.

    Raises: OrderHeld, PlanOpen.
    """
    if usable_courses(where.patient_id, kind.key, where.day).exists():
        return
    if priced := priced_as(kind.key):
        require_accepted(where.visit_id, where.patient_id, priced)
    else:
        require_released(where.visit_id)


def _held(where: Setting, kind: Treatment) -> str:
    """Why a treatment plan holds a treatment back, if one does."""
    try:
        require_plan(where, kind)
    except (OrderHeld, PlanOpen) as held:
        return str(held)
    return ""


def _past(where: Setting) -> list[tuple[Past, object]]:
    """What was done in the last half year, with its visits. One query."""
    since = where.day - timedelta(days=table("screening").body["stands_days"])
    rows = Session.objects.filter(patient_id=where.patient_id, clinic_day__gte=since)
    # What was stopped before anything was done does not count.
    done = Pass.objects.filter(session=OuterRef("pk"), withdrawn_at=None)
    rows = rows.filter(~Q(state=SessionState.STOPPED) | Exists(done))
    return [
        (Past(kind, frozenset(places), day), visit)
        for kind, places, day, visit in rows.values_list("kind", "areas", "clinic_day", "visit_id")
    ]


def _has_consent(where: Setting, kind: Treatment, visits: set[object]) -> bool:
    """Whether a text that fits stands as agreed, at this visit or at one of the same course."""
    given = given_consents({where.visit_id, *visits})  # type: ignore[arg-type]
    agreed = {template for found in given.values() for template in found}
    if agreed & set(kind.consents):
        return True
    return readiness(where.visit_id).is_emergency
