"""The questions of a booking, what was answered, and what stands out."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.context import MONTHS, months_between
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.intake import permissions
from yilu.intake.models import Sheet
from yilu.intake.rules.questions import Question, Risk, is_alarming, questions_of, risks_of
from yilu.intake.states import SheetState
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.records.selectors.access import may_open
from yilu.scheduling.selectors.telling import Telling, telling

READER = Actor.system("intake.reader")
FRESH = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with what was answered; `said` is empty for whoever may not read records.

    `before` is what was answered before staff changed it.
    """

    question: Question
    said: str
    is_taken: bool
    before: str = ""

    @property
    def can_be_taken(self) -> bool:
        """Whether one press could put it into the record."""
        named = self.question.takes_words is not None
        told = self.said == "yes" if named else bool(self.said)
        return bool(self.question.takes) and told and not self.is_taken


@dataclass(frozen=True, slots=True)
class When:
    """What a sheet is about, where and when, and whether it can still be answered."""

    site: SiteInfo
    service: Localized
    starts_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class SheetPart:
    """All that pages show of one sheet."""

    id: UUID
    booking_id: UUID | None
    patient_id: UUID
    site: SiteInfo
    service: Localized
    starts_at: datetime
    is_open: bool
    state: str
    answers: tuple[Answer, ...]
    risks: tuple[Risk, ...]
    answered_at: datetime | None
    filled_by: str
    version: int

    @property
    def state_label(self) -> str:
        return str(SheetState(self.state).label)

    @property
    def is_answered(self) -> bool:
        return self.state == SheetState.ANSWERED

    @property
    def answered(self) -> int:
        return sum(bool(one.said) for one in self.answers)

    @property
    def told(self) -> list[Answer]:
        """What somebody should read: texts, and whatever is not “no”."""
        return [one for one in self.answers if one.said and one.said != "no"]

    @property
    def is_alarming(self) -> bool:
        said = {one.question.key: one.said for one in self.answers}
        return is_alarming([one.question for one in self.answers], said)


def sheet_of(actor: Actor, booking_id: UUID) -> SheetPart:
    """The sheet of a booking, for its patient, its link, and staff of the site. Ten queries.

    Who may see it but not read this record gets the risks, to ask about, and not the answers.
    Raises: NotFound.
    """
    sheet = Sheet.objects.filter(booking_id=booking_id).first()
    if sheet is None:
        raise NotFound
    owns = actor.is_owner(sheet.patient_id, sheet.booking_id)
    if not owns:
        actor.require_to_see(permissions.SEE, sheet.site_id)
    audit.seen(actor, [sheet.patient_id], "questions before a visit")
    may_read = owns or (
        actor.may(clinical.SEE, sheet.site_id) and may_open(actor, sheet.patient_id)
    )
    may_read = may_read or (
        actor.may(permissions.FILL, sheet.site_id) and sheet.state != SheetState.ANSWERED
    )
    return part_of(sheet, _when(sheet, telling(booking_id)), may_read=may_read)


def has_sheet(booking_id: UUID | None) -> bool:
    """Whether questions were asked for a booking. One query."""
    return booking_id is not None and Sheet.objects.filter(booking_id=booking_id).exists()


def asks_still(booking_id: UUID) -> bool:
    """Whether questions of a booking wait for answers. One query."""
    return Sheet.objects.filter(booking_id=booking_id).exclude(state=SheetState.ANSWERED).exists()


def risks_by_patient(
    actor: Actor, site_id: UUID, wanted: Mapping[UUID, Collection[str]]
) -> Mapping[UUID, tuple[Risk, ...]]:
    """What stands out in patients' answers of late, for the services each is to have.

    Services by key, and specialties; to each question the latest answer counts. One query, none
    for nobody. Empty for whoever may not see questions.
    """
    if not wanted or not actor.may(permissions.SEE, site_id):
        return {}
    audit.seen(actor, wanted, "questions before a visit")
    sheets = Sheet.objects.filter(
        patient_id__in=wanted,
        site_id=site_id,
        state=SheetState.ANSWERED,
        answered_at__gte=clock.now() - FRESH,
    ).order_by("answered_at")
    said: dict[UUID, dict[str, str]] = {}
    for one in sheets:
        said.setdefault(one.patient_id, {}).update(answers_in(one))
    return {key: _for_services(answers, wanted[key]) for key, answers in said.items()}


def _for_services(said: Mapping[str, str], keys: Collection[str]) -> tuple[Risk, ...]:
    found = {risk.key: risk for key in sorted(keys) for risk in risks_of(said, key)}
    return tuple(found.values())


def answers_in(sheet: Sheet) -> dict[str, str]:
    """What a sheet holds. No query."""
    read: dict[str, str] = json.loads(sheet.answers or "{}")
    return read


def asked_in(sheet: Sheet) -> list[Question]:
    """The questions of a sheet for its patient. One query."""
    patient = patient_of(sheet.patient_id)
    age = age_on(patient, sheet.clinic_day)
    return questions_of(sheet.sets, patient.sex if patient else "", age)


def patient_of(patient_id: UUID) -> PatientBrief | None:
    """Who it is about, for choosing questions; nobody is shown. One query."""
    return patient_briefs(READER, [patient_id], "questions").get(patient_id)


def age_on(patient: PatientBrief | None, day: date) -> int | None:
    """Somebody's age in years on a day; None when unknown. No query."""
    months = months_between(patient.born_on, day) if patient else None
    return None if months is None else months // MONTHS


def part_of(sheet: Sheet, when: When, *, may_read: bool) -> SheetPart:
    """What pages show of a sheet; answers for whoever may read them. One query."""
    said = answers_in(sheet)
    before = _before(sheet)
    questions = asked_in(sheet)
    return SheetPart(
        sheet.pk,
        sheet.booking_id,
        sheet.patient_id,
        when.site,
        when.service,
        when.starts_at,
        when.is_open,
        sheet.state,
        tuple(
            Answer(
                one,
                said.get(one.key, "") if may_read else "",
                one.key in sheet.taken,
                before.get(one.key, "") if may_read else "",
            )
            for one in questions
        ),
        tuple(risks_of(said, sheet.service_key, sheet.specialty)),
        sheet.answered_at.astimezone(when.starts_at.tzinfo) if sheet.answered_at else None,
        sheet.filled_by,
        sheet.version,
    )


def _when(sheet: Sheet, booking: Telling) -> When:
    is_open = booking.is_coming and clock.now() < booking.ends_at
    return When(site_info(sheet.site_id), booking.service, booking.starts_at, is_open)


def _before(sheet: Sheet) -> dict[str, str]:
    """What was answered first, where it is another answer now."""
    changes: list[dict[str, Any]] = json.loads(sheet.earlier or "[]")
    now, before = answers_in(sheet), dict[str, str]()
    for one in reversed(changes):
        before |= one["answers"]
    return {key: text for key, text in before.items() if text != now.get(key)}
