"""Writing down what somebody wishes, and what stands against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.aesthetics import permissions
from yilu.aesthetics.errors import ConsultationChanged, NotUnderstood
from yilu.aesthetics.events import ConsultationWritten
from yilu.aesthetics.models import Consultation
from yilu.aesthetics.rules.areas import areas
from yilu.aesthetics.rules.screening import ANSWERS, UNKNOWN, YES, questions, screen
from yilu.aesthetics.rules.skin import FITZPATRICK, GLOGAU
from yilu.aesthetics.rules.tables import table
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.context import looks_topics
from yilu.clinical.rules.texts import clean_words, required
from yilu.clinical.selectors.context import Setting, setting
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import lock_name, operation
from yilu.platform.errors import FieldError

LIMITS = {"wish": 1000, "expects": 1000, "history": 1000, "note": 200}
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What a patient wishes and answers. `answers`: by question, with `answer`, `on`, `note`."""

    wish: str
    expects: str = ""
    history: str = ""
    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    skin_type: str = ""
    ageing: str = ""
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@operation
def write_consultation(
    *, actor: Actor, visit_id: UUID, told: Told, seen: int | None = None
) -> UUID:
    """Write a consultation down, as a whole; the one before stays readable.

    `seen` is the count of the visit's consultations that its writer had before them.

    Raises:
        NotFound, NotAllowed, VisitOver.
        Invalid: no wish, or words that are too long; NotUnderstood: what is none of our lists.
        ConsultationChanged: somebody else wrote one meanwhile.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    words = clean_words(LIMITS, wish=told.wish, expects=told.expects, history=told.history)
    if errors := required("wish", **words) + _unknown(told):
        raise NotUnderstood(*errors)
    answers = _answers(told.answers, where)
    lock_name("aesthetics", where.patient_id)
    before = Consultation.objects.filter(visit_id=visit_id).order_by("-n").first()
    last = before.n if before else 0
    if seen is not None and seen != last:
        raise ConsultationChanged(kept=before.wish[:MOST_SHOWN] if before else "", seen=last)
    found = screen(answers, told.kinds, day=where.day, age=where.age, sex=where.patient.sex)
    row = Consultation(
        n=last + 1,
        visit_id=visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        **words,
        areas=list(dict.fromkeys(told.areas)),
        kinds=list(dict.fromkeys(told.kinds)),
        skin_type=told.skin_type,
        ageing=told.ageing,
        answers=answers,
        findings={kind: [[one.key, one.grade] for one in each] for kind, each in found.items()},
        rules_version=table("screening").version,
    )
    row.save(force_insert=True)
    audit.record(
        actor, "aesthetics.consultation.written", row,
        site_id=row.site_id, patient_id=row.patient_id, findings=row.findings,
    )  # fmt: skip
    outbox.publish(
        ConsultationWritten(row.pk, visit_id, row.patient_id), actor=actor, site_id=row.site_id,
        subject=row, topics=looks_topics(row.patient_id, visit_id),
    )  # fmt: skip
    return row.pk


def _unknown(told: Told) -> list[FieldError]:
    lists: dict[str, bool] = {
        "areas": set(told.areas) <= set(areas()),
        "kinds": set(told.kinds) <= set(treatments()),
        "skin_type": told.skin_type in {"", *FITZPATRICK},
        "ageing": told.ageing in {"", *GLOGAU},
    }
    return [
        FieldError(name, "unknown_value", _("Choose one of these."))
        for name, ok in lists.items()
        if not ok
    ]


def _answers(given: Mapping[str, Mapping[str, str]], where: Setting) -> dict[str, dict[str, str]]:
    """Each question that is for this patient with its answer. Raises: NotUnderstood."""
    kept: dict[str, dict[str, str]] = {}
    errors: list[FieldError] = []
    for key, question in questions().items():
        said = given.get(key, {})
        answer = said.get("answer") or UNKNOWN
        if answer not in ANSWERS:
            errors.append(FieldError(f"q-{key}", "unknown_value", _("Choose one of these.")))
        elif question.is_for(where.patient.sex) and answer != UNKNOWN:
            note = clean_words({"note": LIMITS["note"]}, note=said.get("note", ""))["note"]
            kept[key] = {"answer": answer} | ({"note": note} if note else {})
            if answer == YES and question.has_date and said.get("on"):
                kept[key]["on"] = _past_day(said["on"], where.day)
                if not kept[key]["on"]:
                    words = _("Enter a day that is over.")
                    errors.append(FieldError(f"on-{key}", "implausible_value", words))
    if errors:
        raise NotUnderstood(*errors)
    return kept


def _past_day(typed: str, today: date) -> str:
    """A day as it is kept; empty for what is none, or lies ahead."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return ""
    return day.isoformat() if day.year >= 1900 and day <= today else ""
