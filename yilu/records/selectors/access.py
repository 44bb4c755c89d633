"""Whether somebody may open a patient's record: the one guard that every read of it passes."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.patients import care
from yilu.patients.selectors.facts import may_see
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.audit import Opened
from yilu.platform.db import prepared
from yilu.platform.errors import NotFound
from yilu.records import permissions
from yilu.records.errors import OutsideCare
from yilu.records.rules.access import GLASS, OF_THE_DAY, RECENT_DAYS
from yilu.visits.selectors.visits import VisitInfo
from yilu.visits.states import VisitState

_SINCE = f"""(%(now)s - make_interval(days => coalesce(
    (SELECT recent_days FROM records_accessrule), {RECENT_DAYS})))"""  # noqa: S608 (a figure of ours)
_HERE = "site_id = ANY(%(sites)s::uuid[])"


@dataclass(frozen=True, slots=True)
class Ground:
    """Why somebody may open a record: the code of a tie, where, and since or until when."""

    code: str
    site_id: UUID | None
    at: datetime | None = None

    @property
    def is_stated(self) -> bool:
        """Whether it is no tie but a reason that they gave."""
        return self.code == GLASS

    @property
    def says(self) -> str:
        """The ground in the reader's words."""
        return says_of(self.code)


def says_of(code: str) -> str:
    """A ground in the reader's words; a code that is no longer known stands for itself."""
    return next((str(tie.says) for tie in care.ties() if tie.code == code), code)


def require_record(
    actor: Actor,
    permission: str,
    *,
    site_id: UUID | None,
    patient_id: UUID,
    visit: VisitInfo | None = None,
) -> None:
    """Refuse to open what a site wrote about a patient, unless post and care allow it.

    The post has to allow it at that site, or anywhere if the reader looks after the patient: a
    group shares the record of whom it treats. One query at most, none for a patient of the day
    whose visit is given, nor for a second look within one request. For staff: apps ask by
    themselves what patients own.

    Raises:
        NotFound: the post does not allow it.
        OutsideCare: it does, but the reader has nothing to do with the patient.
    """
    if not actor.is_staff:
        is_allowed = actor.may_anywhere(permission)
        if not (actor.may(permission, site_id) if site_id is not None else is_allowed):
            raise NotFound
        return
    if not actor.may_anywhere(permission):
        raise NotFound
    ground = ground_of(actor, patient_id, visit)
    if ground is not None:
        until = _local(ground) if ground.is_stated else None
        audit.opened(actor, patient_id, Opened(ground.code, site_id, ground.site_id, until))
        return
    if (site_id is not None and actor.may(permission, site_id)) or may_see(actor, patient_id):
        raise OutsideCare(patient_id=patient_id)
    raise NotFound


def ground_of(actor: Actor, patient_id: UUID, visit: VisitInfo | None = None) -> Ground | None:
    """Why the actor may open a patient's record; None when nothing ties them. One query or none."""
    known = audit.grounds().get(patient_id)
    if known is not None:
        return Ground(known.basis, known.own_site_id, known.until)
    if visit is not None and _is_of_the_day(actor, visit):
        return Ground("here", visit.site_id, visit.arrived_at)
    found = prepared(
        _statement(),
        {
            "patient": patient_id,
            "now": clock.now(),
            "user": actor.user_id,
            "practitioner": actor.practitioner_id,
            "department": actor.department_id,
            "sites": list(_care_sites(actor)),
        },
    )
    return Ground(*found[0]) if found else None


def may_open(actor: Actor, patient_id: UUID) -> bool:
    """Whether a patient's record is open to the actor. One query or none."""
    return not actor.is_staff or ground_of(actor, patient_id) is not None


def _local(ground: Ground) -> datetime | None:
    if ground.at is None or ground.site_id is None:
        return ground.at
    return ground.at.astimezone(site_zone(ground.site_id))


def _is_of_the_day(actor: Actor, visit: VisitInfo) -> bool:
    """The usual case, seen from the visit itself: exactly what the tie `here` asks the database."""
    return (
        (actor.department_id is None or visit.department_id in {None, actor.department_id})
        and visit.site_id in _care_sites(actor)
        and visit.arrived_at >= clock.now() - OF_THE_DAY
        and visit.state != VisitState.WITHDRAWN
    )


def _care_sites(actor: Actor) -> frozenset[UUID]:
    """Where the actor looks after the patients of the day: by post, never lent for a deed."""
    return frozenset(site for held, site in actor.grants if held == permissions.CARE)


@lru_cache(maxsize=1)
def _statement() -> str:
    """All ties in one statement, the first that holds by their order."""
    found = [_part(n, tie) for n, tie in enumerate(care.ties())]
    return f"""
        SELECT code, site_id, at FROM ({" UNION ALL ".join(found)}) AS found
        ORDER BY place, at DESC LIMIT 1
    """  # noqa: S608 (the apps' own SQL and codes)


def _part(n: int, tie: Any) -> str:
    sql = tie.sql.replace("{since}", _SINCE).replace("{here}", _HERE)
    return f"SELECT {n} AS place, '{tie.code}' AS code, site_id, at FROM ({sql}) AS tie_{n}"  # noqa: S608
