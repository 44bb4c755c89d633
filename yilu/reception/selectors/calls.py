"""The telephone desk: who rings, how quickly we answer, whom to call back, one call on a screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.billing import permissions as billing
from yilu.billing.selectors.bills import owed_by
from yilu.facility.selectors.sites import SiteInfo, site_info, site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.patients.selectors.search import PatientHit, search_patients
from yilu.platform import clock, masking
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.platform.phones import shown_phone
from yilu.reception import permissions
from yilu.reception.models import Call, CallBack
from yilu.reception.states import (
    CallBackOutcome,
    CallBackState,
    CallerFact,
    CallNeed,
    CallState,
)
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.bookings import coming_of_people
from yilu.scheduling.selectors.lines import BookingLine
from yilu.visits import permissions as visits
from yilu.visits.selectors.visits import VisitInfo, last_visits
from yilu.workforce.selectors.staff import posts_of, staff_names

PICK_UP = {"front_desk", "care"}
MOST_PEOPLE = 8
MOST_ENDED = 30
IN_TIME_SECONDS = 15
"""Three rings."""
LOOKS = {
    CallState.RINGING: "called",
    CallState.TALKING: "active",
    CallState.ENDED: "done",
    CallState.MISSED: "late",
}
_FIGURES = """
SELECT count(*) FILTER (WHERE NOT is_outgoing) AS calls,
    count(*) FILTER (WHERE rang_at IS NOT NULL AND begun_at IS NOT NULL) AS answered,
    count(*) FILTER (WHERE rang_at IS NOT NULL AND begun_at - rang_at <= %(limit)s) AS in_time,
    count(*) FILTER (WHERE state = 'missed') AS missed,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM begun_at - rang_at))
        FILTER (WHERE rang_at IS NOT NULL AND begun_at IS NOT NULL) AS median
FROM reception_call WHERE site_id = %(site)s AND clinic_day = %(day)s
"""


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call in one line. The number is masked: it is shown in full on the call's own page."""

    id: UUID
    phone_masked: str
    state: CallState
    rang_at: datetime | None
    begun_at: datetime | None
    ended_at: datetime | None
    is_outgoing: bool
    taken_by: PersonName | None
    is_mine: bool
    patient: PatientBrief | None
    need: str
    was_read_back: bool

    @property
    def look(self) -> str:
        return LOOKS[self.state]

    @property
    def need_label(self) -> str:
        return str(CallNeed(self.need).label) if self.need else ""

    @property
    def seconds(self) -> int | None:
        """How long it rang."""
        if self.rang_at is None or self.begun_at is None:
            return None
        return int((self.begun_at - self.rang_at).total_seconds())

    @property
    def was_in_time(self) -> bool:
        return self.seconds is not None and self.seconds <= IN_TIME_SECONDS


@dataclass(frozen=True, slots=True)
class CallBackLine:
    """A call that we owe, in one line."""

    id: UUID
    phone_masked: str
    patient: PatientBrief | None
    reason: str
    is_missed_call: bool
    due_at: datetime
    asked_at: datetime
    is_late: bool
    owner: PersonName | None
    is_mine: bool
    tries: int
    state: CallBackState
    outcome: str
    ended_at: datetime | None
    version: int

    @property
    def look(self) -> str:
        if self.state == CallBackState.OVER:
            return "done"
        return "late" if self.is_late else "waiting"

    @property
    def outcome_label(self) -> str:
        return str(CallBackOutcome(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How the telephone is answered on a day. Only calls that a system told of count here."""

    calls: int
    answered: int
    in_time: int
    missed: int
    median_seconds: int | None

    @property
    def percent_in_time(self) -> int | None:
        """The share of calls that rang and were picked up within three rings; missed ones count."""
        rang = self.answered + self.missed
        return round(100 * self.in_time / rang) if rang else None


@dataclass(frozen=True, slots=True)
class PhoneDesk:
    """The telephone desk of a site now."""

    ringing: tuple[CallLine, ...]
    talking: tuple[CallLine, ...]
    ended: tuple[CallLine, ...]
    due: tuple[CallBackLine, ...]
    over: tuple[CallBackLine, ...]
    figures: Figures

    @property
    def now(self) -> int:
        """How many ring or talk."""
        return len(self.ringing) + len(self.talking)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a number may belong to, with what the clerk has to know of them."""

    hit: PatientHit
    bookings: tuple[BookingLine, ...]
    last_visit: VisitInfo | None
    owes: Decimal | None
    is_chosen: bool

    @property
    def id(self) -> UUID:
        return self.hit.id


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call on the screen."""

    line: CallLine
    site: SiteInfo
    phone: str
    call_back: CallBackLine | None
    people: tuple[Person, ...]
    identified_by: tuple[str, ...]
    note: str
    hung_up_at: datetime | None
    version: int

    @property
    def is_talking(self) -> bool:
        return self.line.state == CallState.TALKING

    @property
    def chosen(self) -> Person | None:
        """About whom the caller speaks, once that has been shown by two facts."""
        return next((one for one in self.people if one.is_chosen), None)

    @property
    def identified_words(self) -> list[str]:
        return [str(CallerFact(one).label) for one in self.identified_by]


def rings_for(actor: Actor, site_id: UUID) -> list[CallLine]:
    """Who rings at a site now, the longest first, for those whose post picks up.

    None, and no query, for who has no telephone; one query when nobody rings, else four.
    """
    if not actor.may(permissions.TELEPHONE, site_id) or actor.user_id is None:
        return []
    found = list(Call.objects.filter(site_id=site_id, state=CallState.RINGING).order_by("rang_at"))
    if not found or not {one.key for one in posts_of(actor.user_id, site_id=site_id)} & PICK_UP:
        return []
    return _call_lines(actor, found)


def phone_desk(actor: Actor, site_id: UUID) -> PhoneDesk:
    """Everything at the telephone desk. Ten queries at most."""
    actor.require_to_see(permissions.TELEPHONE, site_id)
    now = clock.now()
    day = now.astimezone(site_zone(site_id)).date()
    live = Call.objects.filter(site_id=site_id, state__in=[CallState.RINGING, CallState.TALKING])
    ended = Call.objects.filter(
        site_id=site_id, clinic_day=day, state__in=[CallState.ENDED, CallState.MISSED]
    ).order_by("-ended_at", "-id")[:MOST_ENDED]
    lines = _call_lines(actor, [*live.order_by("rang_at", "begun_at"), *ended])
    owed = CallBack.objects.filter(site_id=site_id, state=CallBackState.DUE).order_by("due_at")
    over = CallBack.objects.filter(site_id=site_id, state=CallBackState.OVER, clinic_day=day)
    backs = _back_lines(actor, [*owed, *over.order_by("-ended_at")[:MOST_ENDED]])
    return PhoneDesk(
        ringing=tuple(one for one in lines if one.state == CallState.RINGING),
        talking=tuple(one for one in lines if one.state == CallState.TALKING),
        ended=tuple(one for one in lines if one.ended_at is not None),
        due=tuple(one for one in backs if one.state == CallBackState.DUE),
        over=tuple(one for one in backs if one.state == CallBackState.OVER),
        figures=_figures(site_id, day),
    )


def call_page(actor: Actor, call_id: UUID) -> CallPage:
    """One call: the caller's number, whom it may belong to, and what they have with us.

    Sixteen queries at most, however many share the number. Raises: NotFound.
    """
    call = Call.objects.select_related("call_back").filter(pk=call_id).first()
    if call is None:
        raise NotFound
    actor.require_to_see(permissions.TELEPHONE, call.site_id)
    zone = site_zone(call.site_id)
    owed = call.call_back
    return CallPage(
        line=_call_lines(actor, [call])[0],
        site=site_info(call.site_id),
        phone=shown_phone(call.phone or ""),
        call_back=_back_lines(actor, [owed])[0] if owed else None,
        people=tuple(_people(actor, call)),
        identified_by=tuple(call.identified_by),
        note=call.note or "",
        hung_up_at=call.hung_up_at.astimezone(zone) if call.hung_up_at else None,
        version=call.version,
    )


def call_back_line(actor: Actor, call_back_id: UUID) -> CallBackLine:
    """One call that we owe. Three queries. Raises: NotFound."""
    owed = CallBack.objects.filter(pk=call_back_id).first()
    if owed is None:
        raise NotFound
    actor.require_to_see(permissions.TELEPHONE, owed.site_id)
    return _back_lines(actor, [owed])[0]


def site_of_call_back(call_back_id: UUID) -> UUID:
    """Where a call is owed. One query. Raises: NotFound."""
    found = CallBack.objects.filter(pk=call_back_id).values_list("site_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def _people(actor: Actor, call: Call) -> list[Person]:
    """Whom the number belongs to – a family may share one –, and whom the clerk found besides."""
    hits = search_patients(actor, call.phone, limit=MOST_PEOPLE) if call.phone else []
    if call.patient_id is not None and call.patient_id not in {hit.id for hit in hits}:
        found = patient_briefs(actor, [call.patient_id], "call")
        hits += [PatientHit(brief, "", ((brief.name.written, False),)) for brief in found.values()]
    ids = [hit.id for hit in hits if not hit.is_elsewhere]
    able = actor.lent(scheduling.SEE, visits.SEE)
    coming = coming_of_people(able, ids) if ids else {}
    last = last_visits(able, ids) if ids else {}
    may_see_money = actor.may(billing.SEE, call.site_id)
    owed = owed_by(actor=actor, patient_ids=ids, site_id=call.site_id) if may_see_money else {}
    made = [
        Person(
            hit,
            tuple(coming.get(hit.id, ())),
            last.get(hit.id),
            owed.get(hit.id),
            hit.id == call.patient_id,
        )
        for hit in hits
    ]
    return sorted(made, key=lambda one: not one.is_chosen)


def _call_lines(actor: Actor, found: Iterable[Call]) -> list[CallLine]:
    calls = list(found)
    if not calls:
        return []
    zone = site_zone(calls[0].site_id)
    names = staff_names(one.taken_by_id for one in calls)
    briefs = patient_briefs(actor, {c.patient_id for c in calls if c.patient_id}, "calls")
    return [_call_line(one, zone, names, briefs, actor.user_id) for one in calls]


def _call_line(
    one: Call,
    zone: ZoneInfo,
    names: dict[UUID, PersonName],
    briefs: dict[UUID, PatientBrief],
    me: UUID | None,
) -> CallLine:
    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    return CallLine(
        id=one.pk,
        phone_masked=_masked(one.phone),
        state=CallState(one.state),
        rang_at=local(one.rang_at),
        begun_at=local(one.begun_at),
        ended_at=local(one.ended_at),
        is_outgoing=one.is_outgoing,
        taken_by=names.get(one.taken_by_id) if one.taken_by_id else None,
        is_mine=me is not None and one.taken_by_id == me,
        patient=briefs.get(one.patient_id) if one.patient_id else None,
        need=one.need,
        was_read_back=one.was_read_back,
    )


def _back_lines(actor: Actor, found: Iterable[CallBack]) -> list[CallBackLine]:
    owed = list(found)
    if not owed:
        return []
    zone, now = site_zone(owed[0].site_id), clock.now()
    names = staff_names(one.owner_id for one in owed)
    briefs = patient_briefs(actor, {o.patient_id for o in owed if o.patient_id}, "call backs")
    return [
        CallBackLine(
            id=one.pk,
            phone_masked=_masked(one.phone),
            patient=briefs.get(one.patient_id) if one.patient_id else None,
            reason=one.reason or "",
            is_missed_call=one.is_missed_call,
            due_at=one.due_at.astimezone(zone),
            asked_at=one.asked_at.astimezone(zone),
            is_late=one.state == CallBackState.DUE and one.due_at < now,
            owner=names.get(one.owner_id) if one.owner_id else None,
            is_mine=one.owner_id is not None and one.owner_id == actor.user_id,
            tries=one.tries,
            state=CallBackState(one.state),
            outcome=one.outcome,
            ended_at=one.ended_at.astimezone(zone) if one.ended_at else None,
            version=one.version,
        )
        for one in owed
    ]


def _masked(phone: str | None) -> str:
    return masking.phone(shown_phone(phone)) if phone else ""


def _figures(site_id: UUID, day: object) -> Figures:
    limit = timedelta(seconds=IN_TIME_SECONDS)
    found = rows(_FIGURES, {"site": site_id, "day": day, "limit": limit})[0]
    median = found["median"]
    return Figures(
        found["calls"],
        found["answered"],
        found["in_time"],
        found["missed"],
        None if median is None else round(median),
    )
