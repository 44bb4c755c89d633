"""What ties a member of staff to a patient whom they look after.

Patients knows no app above it: each says here which of its rows make somebody a patient's carer.
Nothing is kept by hand, so a tie ends when the facts behind it do. `yilu.records` asks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yilu.platform.actors import Actor


@dataclass(frozen=True, slots=True)
class Tie:
    """One way of looking after a patient.

    Attributes:
        says: the way in words, for the reader and for the patient.
        sql: selects `site_id` and `at` from the app's own rows, by the parameters `patient`,
            `now`, `user`, `practitioner` and `department`. `{since}` is from when on things count,
            and `{here}` says that `site_id` is where somebody looks after the patients of the day.
            Nobody's own are the rows of somebody who is no practitioner; who has no department
            works for the whole site.
        position: which of several is named; the lowest is.
    """

    code: str
    says: Any
    sql: str
    position: int = 50


_ties: dict[str, Tie] = {}
_guards: list[Callable[[Actor, UUID], bool]] = []


def declare(*ties: Tie) -> None:
    """Say what of an app's rows ties staff to patients. Call it in the app's `ties.py`."""
    _ties.update({tie.code: tie for tie in ties})


def ties() -> list[Tie]:
    """All ties, those that are named first in front."""
    return sorted(_ties.values(), key=lambda tie: (tie.position, tie.code))


def guard_with(may_open: Callable[[Actor, UUID], bool]) -> None:
    """Have an upper app say whether somebody may open a patient's record."""
    _guards[:] = [may_open]


def may_open(actor: Actor, patient_id: UUID) -> bool:
    """Whether the parts of a page that show the record are offered. One query or none."""
    return all(guard(actor, patient_id) for guard in _guards)
