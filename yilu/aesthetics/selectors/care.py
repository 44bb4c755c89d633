"""Care: how the skin is, what is said after a treatment, and what was handed over."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.aesthetics import permissions
from yilu.aesthetics.models import AdviceGiven, AdviceText, CareProfile, Session
from yilu.aesthetics.rules.care import Advice, default_advice, in_language
from yilu.aesthetics.rules.tables import table
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.context import treatment_room
from yilu.aesthetics.states import SessionState
from yilu.clinical.selectors.context import Setting
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import CHINESE, ENGLISH, Localized, PersonName
from yilu.workforce.selectors.staff import staff_names

MOST = 30
CODES = (CHINESE, ENGLISH)


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """A care profile as it was written."""

    id: UUID
    skin: str
    skin_label: Localized | str
    products: str
    sensitivities: str
    preferences: str
    day: date
    by: PersonName | None


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """What is said after a session. `day` is that of the session."""

    session_id: UUID
    title: Localized
    day: date
    lines: tuple[str, ...]
    products: tuple[str, ...]
    is_given: bool
    on_paper: bool
    patient: PatientBrief | None = None


@dataclass(frozen=True, slots=True)
class AdviceWords:
    """What is said after a treatment, as it is edited: a line each. `version` 0: the product's."""

    kind: str
    zh: str
    en: str
    products_zh: str
    products_en: str
    version: int


@dataclass(frozen=True, slots=True)
class CarePart:
    """The care of a visit's patient."""

    where: Setting
    profiles: tuple[ProfileLine, ...]
    advice: tuple[AdviceLine, ...]
    can_assist: bool
    can_offer: bool

    @property
    def last(self) -> ProfileLine | None:
        return self.profiles[0] if self.profiles else None


def skins() -> dict[str, Localized]:
    """Kinds of skin by key. No query."""
    return {key: Localized(words) for key, words in table("aftercare").body["skin"].items()}


def advice_for(kind: str) -> Advice:
    """The clinic's own words after a treatment, else the product's. One query."""
    return _in_force(kind, AdviceText.objects.filter(kind=kind).first())


def advice_words(actor: Actor, site_id: UUID, kind: str) -> AdviceWords:
    """The words of a treatment that now count, for who may word them at a site. One query.

    Raises: NotAllowed; NotFound: no such treatment.
    """
    actor.require(permissions.OFFER, site_id)
    if kind not in treatments():
        raise NotFound
    row = AdviceText.objects.filter(kind=kind).first()
    now = _in_force(kind, row)
    zh, en = ("\n".join(now.words.get(code, [])) for code in CODES)
    products_zh, products_en = ("\n".join(now.products.get(code, [])) for code in CODES)
    return AdviceWords(kind, zh, en, products_zh, products_en, row.version if row else 0)


def _in_force(kind: str, row: AdviceText | None) -> Advice:
    usual = default_advice(kind)
    if row is None:
        return usual
    has_words = any(row.words.values())
    has_products = any(row.products.values())
    return Advice(
        row.words if has_words else usual.words,
        row.products if has_products else usual.products,
    )


def care_part(actor: Actor, visit_id: UUID) -> CarePart:
    """The profile of a visit's patient, and the advice after its sessions. Six queries, and one
    for each session that nothing was handed over for. Raises: NotFound.
    """
    where = treatment_room(actor, visit_id)
    rows = list(
        CareProfile.objects.filter(patient_id=where.patient_id).order_by("-recorded_at", "-id")[
            :MOST
        ]
    )
    names = staff_names({one.recorded_by_id for one in rows})
    known = skins()
    profiles = tuple(
        ProfileLine(
            one.pk, one.skin, known.get(one.skin, ""), one.products, one.sensitivities,
            one.preferences, one.clinic_day,
            names.get(one.recorded_by_id) if one.recorded_by_id else None,
        )
        for one in rows
    )  # fmt: skip
    sessions = Session.objects.filter(visit_id=visit_id).exclude(state=SessionState.RUNNING)
    given = {one.session_id: one for one in AdviceGiven.objects.filter(visit_id=visit_id)}
    return CarePart(
        where=where,
        profiles=profiles,
        advice=tuple(_line(one, given.get(one.pk)) for one in sessions.order_by("recorded_at")),
        can_assist=actor.may(permissions.ASSIST, where.site_id),
        can_offer=actor.may(permissions.OFFER, where.site_id),
    )


def session_of_visit(session_id: UUID, visit_id: UUID) -> bool:
    """Whether a session was at a visit. One query."""
    return Session.objects.filter(pk=session_id, visit_id=visit_id).exists()


def my_advice(actor: Actor) -> list[AdviceLine]:
    """What was handed over to the people of an account, the newest first. Two queries."""
    rows = AdviceGiven.objects.filter(patient_id__in=actor.owns).select_related("session")
    found = list(rows.order_by("-recorded_at")[:MOST])
    people = patient_briefs(actor, [one.patient_id for one in found], "advice")
    return [
        AdviceLine(
            one.session_id,
            treatments()[one.session.kind].title,
            one.clinic_day,
            tuple(in_language(one.words)),
            tuple(in_language(one.products)),
            is_given=True,
            on_paper=one.on_paper,
            patient=people.get(one.patient_id),
        )
        for one in found
    ]


def _line(session: Session, given: AdviceGiven | None) -> AdviceLine:
    advice = Advice(given.words, given.products) if given else advice_for(session.kind)
    return AdviceLine(
        session.pk,
        treatments()[session.kind].title,
        session.clinic_day,
        tuple(in_language(advice.words)),
        tuple(in_language(advice.products)),
        given is not None,
        bool(given and given.on_paper),
    )
