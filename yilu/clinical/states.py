"""The life of what the record holds: states, and the only moves between them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.clinical.errors import MoveRefused


class NoteState(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")


class NoteKind(TextChoices):
    FIRST = "first", _("First visit")
    RETURN = "return", _("Return visit")


class PrescriptionState(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    RETURNED = "returned", _("Sent back")
    DISPENSED = "dispensed", _("Dispensed")
    VOID = "void", _("Void")


S = PrescriptionState

PRESCRIPTION_MOVES: dict[PrescriptionState, frozenset[PrescriptionState]] = {
    S.DRAFT: frozenset({S.SIGNED, S.VOID}),
    S.SIGNED: frozenset({S.RETURNED, S.DISPENSED, S.VOID}),
    S.RETURNED: frozenset({S.SIGNED, S.VOID}),
    S.DISPENSED: frozenset({S.SIGNED}),  # Only when handing over is undone.
    S.VOID: frozenset(),
}

# What a patient may be taking: it counts for duplicates and the list of medicines.
IN_USE = (S.SIGNED, S.DISPENSED)
# What is still to be handed over, now or once its doctor has looked at it again.
OWED = (S.SIGNED, S.RETURNED)


class PrescriptionKind(TextChoices):
    ORDINARY = "ordinary", _("Ordinary")
    PAEDIATRIC = "paediatric", _("Paediatric")


class AllergyKind(TextChoices):
    ALLERGY = "allergy", _("Allergy")
    INTOLERANCE = "intolerance", _("Intolerance")


class AllergySeverity(TextChoices):
    MILD = "mild", _("Mild")
    MODERATE = "moderate", _("Moderate")
    SEVERE = "severe", _("Severe")
    ANAPHYLAXIS = "anaphylaxis", _("Anaphylaxis")
    SKIN = "severe_skin", _("Severe skin reaction (SJS, TEN, DRESS)")


class Certainty(TextChoices):
    SUSPECTED = "suspected", _("To be verified")
    CONFIRMED = "confirmed", _("Confirmed")


class AllergyStatus(TextChoices):
    ACTIVE = "active", _("Active")
    REFUTED = "refuted", _("Refuted")


class ProblemStatus(TextChoices):
    ACTIVE = "active", _("Active")
    RESOLVED = "resolved", _("Resolved")


class ConsentState(TextChoices):
    """Of a treatment consent. Given and refused ones are papers; withdrawing keeps the paper."""

    PREPARED = "prepared", _("Waiting for signatures")
    GIVEN = "given", pgettext_lazy("consent", "Agreed")
    REFUSED = "refused", pgettext_lazy("consent", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("consent", "Withdrawn")
    DISCARDED = "discarded", pgettext_lazy("consent", "Put away")


C = ConsentState

CONSENT_MOVES: dict[ConsentState, frozenset[ConsentState]] = {
    C.PREPARED: frozenset({C.GIVEN, C.REFUSED, C.DISCARDED}),
    C.GIVEN: frozenset({C.WITHDRAWN}),
    C.REFUSED: frozenset(),  # Who thinks again is given the text again.
    C.WITHDRAWN: frozenset(),
    C.DISCARDED: frozenset(),
}


class Capacity(TextChoices):
    """Who signs for the patient."""

    SELF = "self", _("The patient")
    GUARDIAN = "guardian", _("Parent or guardian")
    PROXY = "proxy", _("Somebody the patient named, or next of kin")


class SignerRole(TextChoices):
    PATIENT = "patient", pgettext_lazy("signature", "Patient")
    DOCTOR = "doctor", pgettext_lazy("signature", "Doctor")
    SECOND = "second", _("Second signature")


class SigningWay(TextChoices):
    """How somebody signed: drawn by hand, said before a witness, or by their own sign-in."""

    DRAWN = "drawn", _("Signed by hand")
    SAID = "said", _("Said before a witness")
    ACCOUNT = "account", _("Signed by own sign-in")


class PlanState(TextChoices):
    """Of a treatment plan."""

    PROPOSED = "proposed", pgettext_lazy("plan", "Waiting for the patient")
    ACCEPTED = "accepted", pgettext_lazy("plan", "Accepted")
    DECLINED = "declined", pgettext_lazy("plan", "Declined")
    REPLACED = "replaced", pgettext_lazy("plan", "Replaced")


L = PlanState

PLAN_MOVES: dict[PlanState, frozenset[PlanState]] = {
    L.PROPOSED: frozenset({L.ACCEPTED, L.DECLINED, L.REPLACED}),
    L.ACCEPTED: frozenset({L.REPLACED}),
    L.DECLINED: frozenset(),
    L.REPLACED: frozenset(),
}


class PlanWay(TextChoices):
    """How a patient chose: on a screen turned around, on the phone, or by word."""

    SCREEN = "screen", pgettext_lazy("plan", "On the screen")
    PHONE = "phone", pgettext_lazy("plan", "On the phone")
    WORD = "word", pgettext_lazy("plan", "By word, before a witness")


class OpinionUrgency(TextChoices):
    USUAL = "usual", pgettext_lazy("opinion", "Usual")
    URGENT = "urgent", pgettext_lazy("opinion", "Urgent")


class OpinionState(TextChoices):
    """Of what a colleague is asked."""

    ASKED = "asked", pgettext_lazy("opinion", "Waiting for an opinion")
    GIVEN = "given", pgettext_lazy("opinion", "Answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("opinion", "Taken back")


OPINION_MOVES: dict[OpinionState, frozenset[OpinionState]] = {
    OpinionState.ASKED: frozenset({OpinionState.GIVEN, OpinionState.WITHDRAWN}),
    OpinionState.GIVEN: frozenset(),
    OpinionState.WITHDRAWN: frozenset(),
}


class DiscussionState(TextChoices):
    """Of a case discussion. Minutes may be written anew until the first of those present signs."""

    PLANNED = "planned", pgettext_lazy("discussion", "Planned")
    NOTED = "noted", pgettext_lazy("discussion", "To be signed")
    SIGNED = "signed", pgettext_lazy("discussion", "Signed by all")
    CANCELLED = "cancelled", pgettext_lazy("discussion", "Cancelled")


D = DiscussionState

DISCUSSION_MOVES: dict[DiscussionState, frozenset[DiscussionState]] = {
    D.PLANNED: frozenset({D.NOTED, D.CANCELLED}),
    D.NOTED: frozenset({D.NOTED, D.SIGNED}),
    D.SIGNED: frozenset(),
    D.CANCELLED: frozenset(),
}


class ProcedureState(TextChoices):
    PLANNED = "planned", pgettext_lazy("procedure", "Being prepared")
    RUNNING = "running", pgettext_lazy("procedure", "Under way")
    WATCHED = "watched", pgettext_lazy("procedure", "Being observed")
    DONE = "done", pgettext_lazy("procedure", "Done")
    ABANDONED = "abandoned", pgettext_lazy("procedure", "Abandoned")


P = ProcedureState

PROCEDURE_MOVES: dict[ProcedureState, frozenset[ProcedureState]] = {
    P.PLANNED: frozenset({P.RUNNING, P.ABANDONED}),
    P.RUNNING: frozenset({P.WATCHED, P.DONE, P.ABANDONED}),
    P.WATCHED: frozenset({P.DONE}),
    P.DONE: frozenset(),
    P.ABANDONED: frozenset(),
}


class EntryKind(TextChoices):
    """What a line of a procedure's record is."""

    TALK = "talk", pgettext_lazy("procedure", "Talked over before")
    CHECK = "check", pgettext_lazy("procedure", "Checked")
    SAID = "said", pgettext_lazy("procedure", "Said")
    DONE = "done", pgettext_lazy("procedure", "What was done")


class AlertAction(TextChoices):
    """What became of an alert: shown, heeded by changing the order, or overridden."""

    SHOWN = "shown", _("Shown")
    HEEDED = "heeded", _("Heeded")
    OVERRIDDEN = "overridden", _("Overridden")


def check_prescription_move(current: str, target: PrescriptionState) -> None:
    """Refuse any move that `PRESCRIPTION_MOVES` does not list."""
    state = PrescriptionState(current)
    if target not in PRESCRIPTION_MOVES[state]:
        raise MoveRefused(current=state.label, target=target.label)


def check_consent_move(current: str, target: ConsentState) -> None:
    """Refuse any move that `CONSENT_MOVES` does not list."""
    state = ConsentState(current)
    if target not in CONSENT_MOVES[state]:
        raise MoveRefused(current=state.label, target=target.label)


def check_procedure_move(current: str, target: ProcedureState) -> None:
    """Refuse any move that `PROCEDURE_MOVES` does not list."""
    state = ProcedureState(current)
    if target not in PROCEDURE_MOVES[state]:
        raise MoveRefused(current=state.label, target=target.label)


def check_plan_move(current: str, target: PlanState) -> None:
    """Refuse any move that `PLAN_MOVES` does not list."""
    state = PlanState(current)
    if target not in PLAN_MOVES[state]:
        raise MoveRefused(current=state.label, target=target.label)


def check_opinion_move(current: str, target: OpinionState) -> None:
    """Refuse any move that `OPINION_MOVES` does not list."""
    state = OpinionState(current)
    if target not in OPINION_MOVES[state]:
        raise MoveRefused(current=state.label, target=target.label)


def check_discussion_move(current: str, target: DiscussionState) -> None:
    """Refuse any move that `DISCUSSION_MOVES` does not list."""
    state = DiscussionState(current)
    if target not in DISCUSSION_MOVES[state]:
        raise MoveRefused(current=state.label, target=target.label)
