"""How long records are kept: the clinic's rule, and when a record falls due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.platform import clock
from yilu.records.models import LegalHold, Paper, RetentionRule
from yilu.records.rules.archive import WAITING_DAYS, YEARS, due_on
from yilu.records.states import Kept
from yilu.visits.selectors.visits import last_days


@dataclass(frozen=True, slots=True)
class Retention:
    """The terms in years, by kind where longer, and the days between approval and deed."""

    years: int
    longer: dict[str, int]
    waiting_days: int
    version: int


@dataclass(frozen=True, slots=True)
class Term:
    """How long one record is kept. `last` is the last visit, or the newest paper if later."""

    last: date
    due_on: date
    is_held: bool
    is_here: bool

    def keeps(self, today: date) -> Kept | None:
        """What forbids destroying it, if anything."""
        if self.is_held:
            return Kept.HOLD
        if self.is_here:
            return Kept.HERE
        return Kept.TERM if self.due_on > today else None


def retention() -> Retention:
    """The clinic's rule, or the usual. One query."""
    row = RetentionRule.objects.first()
    if row is None:
        return Retention(YEARS, {}, WAITING_DAYS, 0)
    return Retention(row.years, dict(row.longer), row.waiting_days, row.version)


def held(patient_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Whose record is under a legal hold. One query."""
    found = LegalHold.objects.filter(patient_id__in=list(patient_ids), lifted_at=None)
    return frozenset(found.values_list("patient_id", flat=True))


def terms(patient_ids: Iterable[UUID]) -> dict[UUID, Term]:
    """How long each of several records is kept, at whichever site of the group they grew.

    A record without visit and paper has no term. Four queries. For rules: it shows no patient.
    """
    ids = set(patient_ids)
    rule, days, on_hold = retention(), last_days(ids), held(ids)
    kinds: dict[UUID, set[str]] = {}
    newest: dict[UUID, date] = {one: day.day for one, day in days.items()}
    standing = Paper.objects.filter(patient_id__in=ids, withdrawn_at=None, destroyed_at=None)
    for patient_id, kind, dated_on in standing.values_list("patient_id", "kind", "dated_on"):
        kinds.setdefault(patient_id, set()).add(kind)
        newest[patient_id] = max(newest.get(patient_id, dated_on), dated_on)
    return {
        one: Term(
            last=last,
            due_on=due_on(last, kinds.get(one, ()), rule.years, rule.longer),
            is_held=one in on_hold,
            is_here=one in days and days[one].is_here,
        )
        for one, last in newest.items()
    }


def today() -> date:
    """The date by which terms are counted: that of Greenwich, a few hours are nothing to years."""
    return clock.now().date()
