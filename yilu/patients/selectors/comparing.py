"""Two records side by side, before they become one."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.patients import permissions
from yilu.patients.errors import MergedAway, SamePatient, UnknownPatient
from yilu.patients.models import Patient
from yilu.patients.rules.choices import CHOICES
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.rules.papers import Paper
from yilu.patients.rules.words import sexes_differ
from yilu.patients.selectors.clashes import clashes, counts
from yilu.patients.selectors.facts import as_facts, held_parts, may_see, sites_of
from yilu.patients.selectors.lines import PatientBrief, brief
from yilu.patients.selectors.patients import brief_rows
from yilu.patients.states import Need, Sex
from yilu.platform import audit, masking
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed
from yilu.platform.names import CHINESE


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: who it is, and what would move if it were not the survivor."""

    patient: PatientBrief
    moves: list[tuple[str, int]]

    @property
    def id(self) -> UUID:
        return self.patient.id


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of both, masked. `chosen` is 0 or 1: the side whose value is proposed.

    Attributes:
        is_same: both say the same, masked or not: there is nothing to choose.
    """

    name: str
    values: tuple[str, str]
    is_same: bool
    chosen: int

    @property
    def choices(self) -> list[tuple[int, str, bool]]:
        return [(n, value, n == self.chosen) for n, value in enumerate(self.values)]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two records side by side. `survivor` is 0 or 1; `clashes` keep them from being merged.

    `sexes_differ`: one is a woman's and the other a man's; that asks for a reason of its own.
    """

    sides: tuple[Side, Side]
    survivor: int
    facts: list[Fact]
    clashes: list[str]
    sexes_differ: bool


def comparison(actor: Actor, one_id: UUID, other_id: UUID) -> Comparison:
    """Two records with what differs, what would move and what stands between. 14 queries.

    Proposed as survivor: who has a paper, else who has more on record, else the older one. Of a
    fact that the survivor lacks, the other's is proposed.

    Raises:
        SamePatient, MergedAway, UnknownPatient.
        NotAllowed: the actor may not merge these.
    """
    if one_id == other_id:
        raise SamePatient
    ids = (one_id, other_id)
    held = Patient.objects.in_bulk(ids)
    if len(held) != 2 or not all(may_see(actor, one) for one in ids):
        raise UnknownPatient
    for one in held.values():
        if one.merged_into_id is not None:
            raise MergedAway(patient_id=one.merged_into_id)
        if not may_merge(actor, one.pk):
            raise NotAllowed(permission=permissions.MERGE)
    audit.seen(actor, ids, "patients.compare")
    briefs = {row["id"]: brief(row) for row in brief_rows(ids)}
    sides = (Side(briefs[one_id], counts(one_id)), Side(briefs[other_id], counts(other_id)))
    both = [as_facts(held[one], held_parts(one)) for one in ids]
    survivor = _survivor(sides, both)
    facts = [_fact(name, both, survivor) for name in CHOICES]
    return Comparison(
        sides=sides,
        survivor=survivor,
        facts=[fact for fact in facts if any(fact.values)],
        clashes=clashes(one_id, other_id),
        sexes_differ=sexes_differ(both[0].sex, both[1].sex),
    )


def may_merge(actor: Actor, patient_id: UUID) -> bool:
    """Whether the actor may merge this record with another. One query at most."""
    if permissions.MERGE in actor.permissions:
        return True
    return any(actor.may(permissions.MERGE, site_id) for site_id in sites_of(patient_id))


def _survivor(sides: tuple[Side, Side], both: list[PatientFacts]) -> int:
    def weight(n: int) -> tuple[bool, int, int]:
        return bool(both[n].id_number), sum(count for _, count in sides[n].moves), -n

    if weight(0)[:2] == weight(1)[:2]:
        return 0 if sides[0].patient.record_no <= sides[1].patient.record_no else 1
    return max((0, 1), key=weight)


def _fact(name: str, both: list[PatientFacts], survivor: int) -> Fact:
    raw = [getattr(facts, name) for facts in both]
    shown = (_shown(name, both[0]), _shown(name, both[1]))
    chosen = survivor if shown[survivor] or not shown[1 - survivor] else 1 - survivor
    return Fact(name, shown, raw[0] == raw[1], chosen)


def _shown(name: str, facts: PatientFacts) -> str:
    """A fact as a page shows it: numbers masked, unknowns empty."""
    value = getattr(facts, name)
    return _WORDS[name](facts) if value and name in _WORDS else str(value or "")


def _sex(facts: PatientFacts) -> str:
    return "" if facts.sex == Sex.UNKNOWN else str(Sex(facts.sex).label)


def _born(facts: PatientFacts) -> str:
    if facts.born_on is None or not facts.birth_estimated:
        return str(facts.born_on)
    return _("about %(year)s") % {"year": facts.born_on.year}


def _needs(facts: PatientFacts) -> str:
    return pgettext("list", ", ").join(str(Need(need).label) for need in facts.special_needs)


_WORDS: dict[str, Callable[[PatientFacts], str]] = {
    "sex": _sex,
    "born_on": _born,
    "special_needs": _needs,
    "id_number": lambda facts: f"{Paper(facts.id_type).label} {masking.id_number(facts.id_number)}",
    "language": lambda facts: "中文" if facts.language == CHINESE else "English",
    "phone": lambda facts: masking.phone(facts.phone),
    "address": lambda facts: masking.address(facts.address),
    "email": lambda facts: f"{facts.email[:1]}***{facts.email[-4:]}",
    "wechat": lambda facts: masking.record_no(facts.wechat),
}
