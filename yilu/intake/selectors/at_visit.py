"""The questions of a visit as staff meet them there: asked before, or not asked of anybody yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.catalogue.selectors.services import service_info
from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.context import require_visit
from yilu.facility.selectors.sites import site_info, site_zone
from yilu.intake import permissions
from yilu.intake.models import Sheet
from yilu.intake.rules.questions import book, carried, missing, sets_for
from yilu.intake.selectors.sheets import (
    FRESH,
    SheetPart,
    When,
    age_on,
    answers_in,
    asked_in,
    part_of,
    patient_of,
)
from yilu.intake.states import SheetState
from yilu.patients.rules.words import Need
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.names import Localized
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.visits.selectors.visits import VisitInfo, visit_info


@dataclass(frozen=True, slots=True)
class AtVisit:
    """The questions of a visit, what lacks an answer, and what the reader may do about it."""

    visit: VisitInfo
    sheet: SheetPart
    lacking: frozenset[str]
    sets: tuple[Localized, ...]
    has_consent: bool
    may_read: bool
    may_fill: bool

    @property
    def is_begun(self) -> bool:
        """Whether anybody has answered anything."""
        return self.sheet.is_answered or self.sheet.answered > 0


def questions_at(actor: Actor, visit_id: UUID) -> AtVisit:
    """The questions of a visit, asked before it or first asked here. At most ten queries.

    Who may not read records gets the questions while they are asked, and risks after that.
    Raises: NotFound.
    """
    visit = visit_info(visit_id)
    require_visit(actor, visit, permissions.SEE)
    audit.seen(actor, [visit.patient_id], "questions before a visit")
    sheet = sheet_for(visit) or unasked(visit)
    is_answered = sheet.state == SheetState.ANSWERED
    fills = actor.may(permissions.FILL, visit.site_id)
    may_read = actor.may(clinical.SEE, visit.site_id) or (fills and not is_answered)
    found = part_of(sheet, _when(visit), may_read=may_read)
    said = answers_in(sheet)
    questions = [one.question for one in found.answers]
    return AtVisit(
        visit=visit,
        sheet=found,
        lacking=frozenset(missing(questions, said)),
        sets=tuple(book().titles[key] for key in sheet.sets if key in book().titles),
        has_consent=sheet.consent_at is not None,
        may_read=may_read,
        may_fill=fills and may_read and visit.is_here,
    )


def sheet_for(visit: VisitInfo) -> Sheet | None:
    """The sheet of a visit: of its booking, or its own. One query."""
    return Sheet.objects.filter(**key_of(visit)).first()


def key_of(visit: VisitInfo) -> dict[str, UUID]:
    """By what the sheet of a visit is found. No query."""
    return {"booking_id": visit.booking_id} if visit.booking_id else {"visit_id": visit.id}


def unasked(visit: VisitInfo) -> Sheet:
    """A sheet of a visit that nobody was asked for yet, with what holds of earlier answers.

    It is stored nowhere, and version 0. Four queries.
    """
    service = service_info(visit.service_id) if visit.service_id else None
    key, specialty = (service.key, service.specialty) if service else ("", "")
    fresh = Sheet(
        id=new_id(),
        site_id=visit.site_id,
        patient_id=visit.patient_id,
        **key_of(visit),
        service_key=key,
        specialty=specialty,
        sets=sets_for(key, specialty, age_of(visit.patient_id, visit.clinic_day)),
        set_version=book().version,
        clinic_day=visit.clinic_day,
        asked_at=clock.now(),
        version=0,
    )
    fresh.answers = json.dumps(earlier_answers(fresh), ensure_ascii=False)
    return fresh


def earlier_answers(fresh: Sheet) -> Mapping[str, str]:
    """What a patient said lately, or when booking, that holds for a new sheet.

    Two queries with a booking, one without; one more with earlier answers.
    """
    return {**_lately(fresh), **_when_booking(fresh)}


def _when_booking(fresh: Sheet) -> Mapping[str, str]:
    if fresh.booking_id is None:
        return {}
    booking = coming_patient(fresh.booking_id)
    said = {"medicines": booking.medication}
    if Need.ALLERGY in booking.special_needs:
        said["allergy"] = "yes"
    return {key: text for key, text in said.items() if text}


def _lately(fresh: Sheet) -> Mapping[str, str]:
    last = (
        Sheet.objects.filter(
            patient_id=fresh.patient_id,
            site_id=fresh.site_id,
            state=SheetState.ANSWERED,
            answered_at__gte=clock.now() - FRESH,
        )
        .order_by("answered_at")
        .last()
    )
    return carried(asked_in(fresh), answers_in(last)) if last else {}


def age_of(patient_id: UUID, day: date) -> int | None:
    """A patient's age in years on a day; None when unknown. One query."""
    return age_on(patient_of(patient_id), day)


def _when(visit: VisitInfo) -> When:
    name = service_info(visit.service_id).name if visit.service_id else Localized()
    arrived = visit.arrived_at.astimezone(site_zone(visit.site_id))
    return When(site_info(visit.site_id), name, arrived, is_open=visit.is_here)
