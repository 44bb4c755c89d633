"""Everything that changes care profiles, and handing advice over."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.aesthetics import permissions
from yilu.aesthetics.errors import (
    AdviceChanged,
    GivenAlready,
    NotUnderstood,
    ProfileChanged,
    SessionRuns,
)
from yilu.aesthetics.events import AdviceHandedOver, CareProfileWritten
from yilu.aesthetics.models import AdviceGiven, AdviceText, CareProfile, Session
from yilu.aesthetics.rules.care import default_advice
from yilu.aesthetics.rules.tables import table
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.care import advice_for, skins
from yilu.aesthetics.selectors.context import looks_topics
from yilu.aesthetics.states import SessionState
from yilu.clinical.rules.texts import clean_words
from yilu.clinical.selectors.context import setting
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import lock_name, on_violation, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.names import CHINESE, ENGLISH

LIMITS = {"products": 500, "sensitivities": 500, "preferences": 500}
MOST_LINES, LONGEST_LINE = 12, 200
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Profile:
    """Skin and care as told."""

    skin: str = ""
    products: str = ""
    sensitivities: str = ""
    preferences: str = ""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The clinic's words after a treatment, a line each."""

    zh: str
    en: str
    products_zh: str = ""
    products_en: str = ""


@operation
def write_profile(
    *, actor: Actor, visit_id: UUID, profile: Profile, seen: str | None = None
) -> UUID:
    """Write down how the skin is and what it is cared for with; the one before stays.

    `seen` is the id of the profile that its writer had before them, empty for none.

    Raises:
        NotFound, NotAllowed, VisitOver; Invalid: words too long; NotUnderstood: no such skin.
        ProfileChanged: somebody else wrote one meanwhile.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.ASSIST)
    words = clean_words(
        LIMITS, products=profile.products, sensitivities=profile.sensitivities,
        preferences=profile.preferences,
    )  # fmt: skip
    if profile.skin and profile.skin not in table("aftercare").body["skin"]:
        raise NotUnderstood(FieldError("skin", "unknown_value", _("Choose one of these.")))
    lock_name("aesthetics", where.patient_id)
    _check_seen(where.patient_id, seen)
    row = CareProfile(
        visit_id=visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        skin=profile.skin,
        **words,
    )
    row.save(force_insert=True)
    audit.record(
        actor, "aesthetics.care.written", row, site_id=row.site_id, patient_id=row.patient_id
    )
    outbox.publish(
        CareProfileWritten(visit_id, row.patient_id), actor=actor, site_id=row.site_id,
        subject=row, topics=looks_topics(row.patient_id, visit_id),
    )  # fmt: skip
    return row.pk


@operation
def word_advice(
    *, actor: Actor, site_id: UUID, kind: str, own: OwnWords, seen: int | None = None
) -> None:
    """Keep the clinic's own words after a treatment; empty ones give way to the product's.

    `seen` is the version of the words that their writer had before them, 0 for the product's.

    Raises: NotAllowed; NotUnderstood: no such treatment; Invalid: too much; AdviceChanged.
    """
    actor.require(permissions.OFFER, site_id)
    if kind not in treatments():
        raise NotUnderstood(FieldError("kind", "unknown_value", _("Choose one of these.")))
    words = {CHINESE: _lines(own.zh, "zh"), ENGLISH: _lines(own.en, "en")}
    products = {
        CHINESE: _lines(own.products_zh, "products_zh"),
        ENGLISH: _lines(own.products_en, "products_en"),
    }
    lock_name("aesthetics.advice", kind)
    row = AdviceText.objects.filter(kind=kind).first() or AdviceText(kind=kind, version=0)
    if seen is not None and seen != row.version:
        kept = " · ".join(row.words.get(CHINESE, ()))
        raise AdviceChanged(kept=kept[:MOST_SHOWN], seen=row.version)
    usual = default_advice(kind)
    # What reads as the product's goes on being the product's, and changes with it.
    row.words = {} if words == usual.words else words
    row.products = {} if products == usual.products else products
    row.version += 1
    row.save()
    audit.record(actor, "aesthetics.advice.worded", row, site_id=site_id, kind=kind)


@operation
def hand_over(*, actor: Actor, session_id: UUID, on_paper: bool) -> UUID:
    """Hand the advice after a session over: it stands in the patient's account as it reads now.

    Raises: NotFound, NotAllowed; SessionRuns: it is not done yet; GivenAlready.
    """
    session = Session.objects.filter(pk=session_id).first()
    if session is None:
        raise NotFound
    setting(actor, session.visit_id, permissions.SEE, permissions.ASSIST)
    if session.state == SessionState.RUNNING:
        raise SessionRuns
    advice = advice_for(session.kind)
    row = AdviceGiven(
        visit_id=session.visit_id,
        patient_id=session.patient_id,
        site_id=session.site_id,
        clinic_day=session.clinic_day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        session=session,
        words=advice.words,
        products=advice.products,
        on_paper=on_paper,
    )
    with on_violation(aesthetics_advicegiven_once=GivenAlready):
        row.save(force_insert=True)
    audit.record(
        actor, "aesthetics.advice.handed_over", row,
        site_id=row.site_id, patient_id=row.patient_id, on_paper=on_paper,
    )  # fmt: skip
    told = AdviceHandedOver(session_id, row.visit_id, row.patient_id, on_paper=on_paper)
    outbox.publish(
        told, actor=actor, site_id=row.site_id, subject=row,
        topics=looks_topics(row.patient_id, row.visit_id),
    )  # fmt: skip
    return row.pk


def _check_seen(patient_id: UUID, seen: str | None) -> None:
    """Raises: ProfileChanged."""
    rows = CareProfile.objects.filter(patient_id=patient_id)
    last = rows.order_by("-recorded_at", "-id").first()
    if seen is None or seen == (str(last.pk) if last else ""):
        return
    skin = str(skins().get(last.skin, "")) if last else ""
    told = (skin, last.products, last.sensitivities, last.preferences) if last else ()
    kept = " · ".join(one for one in told if one)
    raise ProfileChanged(kept=kept[:MOST_SHOWN], seen=str(last.pk) if last else "")


def _lines(typed: str, name: str) -> list[str]:
    words = clean_words({name: MOST_LINES * LONGEST_LINE}, **{name: typed})[name]
    return [line.strip()[:LONGEST_LINE] for line in words.splitlines() if line.strip()][:MOST_LINES]
