"""Everything that changes a treatment plan: proposed, said back, chosen, declined, released."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from yilu.catalogue.selectors.prices import price_list
from yilu.clinical import permissions
from yilu.clinical.errors import (
    ConsentChanged,
    NotSignedByHand,
    PlanOver,
)
from yilu.clinical.events import (
    PlanAccepted,
    PlanDeclined,
    PlanProposed,
    PlanReleased,
    RecordChanged,
)
from yilu.clinical.models import TreatmentPlan
from yilu.clinical.operations.traces import change, record, tell
from yilu.clinical.rules import plans as rules
from yilu.clinical.rules import strokes as drawing
from yilu.clinical.rules.consents import digest
from yilu.clinical.rules.texts import clean_words, the_reason
from yilu.clinical.selectors.context import Setting, practitioner, setting
from yilu.clinical.states import PlanState, PlanWay, check_plan_move
from yilu.platform import clock, files, links
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, lock_name, operation
from yilu.platform.decoder import TooLarge
from yilu.platform.errors import FieldError, Invalid, NotFound
from yilu.platform.files import WrongContent
from yilu.platform.media import JPEG, PNG

LINK = "plan"
LIMITS = {"said_back": 500, "witness": 60}


@dataclass(frozen=True, slots=True)
class OptionWords:
    """One option as it was typed; `codes` are items of the price list."""

    name: str
    benefits: str = ""
    risks: str = ""
    duration: str = ""
    codes: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class PictureGiven:
    """A picture as it was sent, and what it shows."""

    name: str
    content: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as it was typed. `recommended` counts from 0; None recommends nothing."""

    title: str
    explanation: str
    options: Sequence[OptionWords]
    recommended: int | None = None
    why: str = ""
    pictures: Sequence[PictureGiven] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a patient chose, and how: drawn under the text that was read, or heard by a witness."""

    digest: str
    chosen: int | None
    way: str = PlanWay.SCREEN
    strokes: str = ""
    witness: str = ""
    said_back: str = ""


@operation
def propose_plan(*, actor: Actor, visit_id: UUID, proposal: Proposal) -> UUID:
    """Put a plan before the patient. One that waits or was accepted at the visit is replaced.

    Raises:
        NotFound, NotAllowed, NotAPractitioner, VisitOver.
        Invalid: words are missing or too long, an item is not on the price list, or a picture
            is none.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    by = practitioner(actor)
    content = _content(where, proposal) | {"pictures": _pictures(actor, where, proposal)}
    lock_name("clinical.plan", visit_id)
    before = TreatmentPlan.objects.select_for_update().filter(
        visit_id=visit_id, state__in=[PlanState.PROPOSED, PlanState.ACCEPTED]
    )
    for old in before.order_by("pk"):
        change(old, state=PlanState.REPLACED)
        record(actor, old, "plan.replaced")
        links.withdraw(old.pk, LINK)
    row = TreatmentPlan(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        content=content,
        digest=digest(visit=str(visit_id), content=content),
        practitioner_id=by,
        proposed_at=clock.now(),
    )
    row.save(force_insert=True)
    record(actor, row, "plan.proposed")
    tell(actor, row, PlanProposed(row.pk, row.visit_id, row.patient_id))
    return row.pk


@operation
def choose_option(*, actor: Actor, plan_id: UUID, choice: Choice) -> None:
    """Note which option the patient chose: by hand on screen or phone, or by word to a witness.

    It counts once the doctor has heard it said back.

    Raises:
        NotFound, NotAllowed.
        PlanOver: it is decided or replaced. ConsentChanged: it is not the plan that was read.
        NotSignedByHand: nothing was drawn. Invalid: no such option.
    """
    row = _held(actor, plan_id, permissions.ASSESS)
    if row.state != PlanState.PROPOSED or row.chosen is not None:
        raise PlanOver
    if row.digest != choice.digest:
        raise ConsentChanged
    words = clean_words(LIMITS, witness=choice.witness, said_back=choice.said_back)
    if choice.chosen is None or not 0 <= choice.chosen < len(row.content["options"]):
        raise Invalid(FieldError("chosen", "required", str(Invalid.message)))
    if words["witness"] and not actor.is_staff:
        raise NotSignedByHand(FieldError("witness", "not_here", str(NotSignedByHand.message)))
    row.strokes = None if words["witness"] else _drawn(choice.strokes)
    row.witness = words["witness"] or None
    row.way = _way(actor, by_word=bool(words["witness"]))
    row.chosen, row.chosen_at = choice.chosen, clock.now()
    row.said_back = words["said_back"] or row.said_back
    row.version += 1
    row.save()
    record(actor, row, "plan.chosen", chosen=choice.chosen, way=row.way)
    _settle(actor, row)


@operation
def hear_back(*, actor: Actor, plan_id: UUID, said_back: str, is_understood: bool) -> None:
    """Note what the patient said in their own words, and whether they have understood.

    Raises: NotFound, NotAllowed, NotAPractitioner, PlanOver; Invalid: nothing was noted.
    """
    row = _held(actor, plan_id, permissions.WRITE, staff_only=True)
    practitioner(actor)
    if row.state != PlanState.PROPOSED:
        raise PlanOver
    words = clean_words(LIMITS, said_back=said_back)["said_back"] or row.said_back
    if not words:
        raise Invalid(FieldError("said_back", "required", str(Invalid.message)))
    row.said_back, row.is_understood = words, is_understood
    row.heard_by_id, row.heard_at = actor.user_id, clock.now()
    row.version += 1
    row.save()
    record(actor, row, "plan.heard_back", is_understood=is_understood)
    _settle(actor, row)


@operation
def decline_plan(*, actor: Actor, plan_id: UUID, reason: str, version: int | None = None) -> None:
    """Note that the patient wants none of it, and why.

    Raises: NotFound, NotAllowed, Stale, MoveRefused, ReasonMissing.
    """
    row = _held(actor, plan_id, permissions.ASSESS)
    check_version(row, version)
    check_plan_move(row.state, PlanState.DECLINED)
    change(row, state=PlanState.DECLINED, reason=the_reason(reason), decided_at=clock.now())
    record(actor, row, "plan.declined")
    tell(actor, row, PlanDeclined(row.pk, row.visit_id, row.patient_id))


@operation
def release_plan(*, actor: Actor, plan_id: UUID, reason: str) -> None:
    """In an emergency, let what belongs to a plan go ahead before it is accepted, with why.

    Raises: NotFound, NotAllowed, NotAPractitioner, PlanOver, ReasonMissing.
    """
    row = _held(actor, plan_id, permissions.SIGN, staff_only=True)
    practitioner(actor)
    if row.state != PlanState.PROPOSED or row.released_because:
        raise PlanOver
    row.released_because = the_reason(reason)
    row.version += 1
    row.save(update_fields=["released_because", "version"])
    record(actor, row, "plan.released")
    tell(actor, row, PlanReleased(row.pk, row.visit_id, row.patient_id))


@operation
def make_plan_link(*, actor: Actor, plan_id: UUID) -> str:
    """A new link to one plan for the patient's phone; those made before end.

    Raises: NotFound, NotAllowed; PlanOver: it is decided.
    """
    row = _held(actor, plan_id, permissions.ASSESS, staff_only=True)
    if row.state != PlanState.PROPOSED:
        raise PlanOver
    links.withdraw(row.pk, LINK)
    expires_at = clock.now() + rules.LINK_STANDS
    reference = links.issue(LINK, subject_id=row.pk, expires_at=expires_at, site_id=row.site_id)
    record(actor, row, "plan.link_made")
    return reference


def _content(where: Setting, proposal: Proposal) -> dict[str, object]:
    words = clean_words(
        rules.LONGEST, title=proposal.title, explanation=proposal.explanation, why=proposal.why
    )
    known = {one.code: one for one in price_list(where.day)}
    options, errors = [], []
    for place, one in enumerate(proposal.options[: rules.MOST_OPTIONS], start=1):
        clean = clean_words(
            {f"{name}-{place}": most for name, most in rules.OF_OPTION.items()},
            **{f"{name}-{place}": getattr(one, name) for name in rules.OF_OPTION},
        )
        missing = [code for code in one.codes if code not in known]
        if missing:
            errors.append(FieldError(f"items-{place}", "unknown_value", missing[0]))
        items = [known[code] for code in one.codes if code in known]
        options.append(
            rules.Option(
                **{name: clean[f"{name}-{place}"] for name in rules.OF_OPTION},
                items=[rules.Priced(str(i.item_id), i.code, i.name, i.amount) for i in items],
            )
        )
    errors += rules.lacking(words["title"], words["explanation"], options, proposal.recommended)
    if errors:
        raise Invalid(*errors)
    return {
        **words,
        "options": [rules.as_kept(one) for one in options],
        "recommended": proposal.recommended,
    }


def _pictures(actor: Actor, where: Setting, proposal: Proposal) -> list[dict[str, str]]:
    """The pictures, kept; the seal of the plan is over what they show too."""
    kept = []
    for place, one in enumerate(proposal.pictures[: rules.MOST_PICTURES], start=1):
        field_name = f"picture-{place}"
        words = clean_words({field_name: rules.LONGEST_CAPTION}, **{field_name: one.caption})
        try:
            stored = files.store(
                actor, one.content, name=one.name, purpose="clinical.plan",
                kinds=(JPEG, PNG), site_id=where.site_id,
            )  # fmt: skip
        except (TooLarge, WrongContent) as refused:
            message = str(refused.message)
            raise Invalid(FieldError(field_name, "wrong_content", message)) from refused
        sha256 = stored.sha256.hex()
        kept.append({"file_id": str(stored.id), "sha256": sha256, "caption": words[field_name]})
    return kept


def _held(actor: Actor, plan_id: UUID, needs: str, *, staff_only: bool = False) -> TreatmentPlan:
    row = TreatmentPlan.objects.select_for_update().filter(pk=plan_id).first()
    if row is None:
        raise NotFound
    if not staff_only and actor.is_owner(row.patient_id):
        return row
    setting(actor, row.visit_id, needs)
    return row


def _way(actor: Actor, *, by_word: bool) -> PlanWay:
    if by_word:
        return PlanWay.WORD
    return PlanWay.SCREEN if actor.is_staff else PlanWay.PHONE


def _drawn(sent: str) -> str:
    try:
        return drawing.kept(drawing.read_strokes(sent))
    except drawing.NotDrawn as error:
        message = str(NotSignedByHand.message)
        raise NotSignedByHand(FieldError("strokes", "required", message)) from error


def _settle(actor: Actor, row: TreatmentPlan) -> None:
    """A choice counts once the doctor has heard that it was understood."""
    if row.chosen is None or not row.is_understood:
        tell(actor, row, RecordChanged(row.patient_id, row.visit_id, "plan"))
        return
    check_plan_move(row.state, PlanState.ACCEPTED)
    change(row, state=PlanState.ACCEPTED, decided_at=clock.now())
    record(actor, row, "plan.accepted", chosen=row.chosen)
    items = row.content["options"][row.chosen]["items"]
    event = PlanAccepted(
        row.pk, row.visit_id, row.patient_id, row.chosen,
        tuple(UUID(one["item_id"]) for one in items),
    )  # fmt: skip
    tell(actor, row, event)
