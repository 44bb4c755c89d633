"""What forms of the record send, read into what operations take."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yilu.clinical.operations.allergies import AllergyFacts
from yilu.clinical.operations.intake import IntakeFacts
from yilu.clinical.operations.notes import Draft
from yilu.clinical.rules.dosing import Order
from yilu.clinical.rules.notes import section_titles
from yilu.clinical.rules.orders import MOST_DRUGS, TEXTS, Sheet, read_dose
from yilu.clinical.rules.vitals import CHOICES, bounds
from yilu.platform.errors import FieldError, Invalid

LONGEST_NUMBER = 9
Sent = Mapping[str, str]


def sent(request: HttpRequest) -> dict[str, str]:
    """The fields of a form, each once."""
    return {name: str(request.POST.get(name, "")) for name in request.POST}


def whole(text: str) -> int | None:
    """A whole number as typed; None for anything else."""
    typed = text.strip()
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER
    return int(typed) if is_number else None


def version_of(post: Sent, name: str = "version") -> int:
    """The version that a form was made from; a form without one is none of ours.

    Raises: Invalid.
    """
    version = whole(post.get(name, ""))
    if version is None:
        raise Invalid(FieldError(name, "required", str(Invalid.message)))
    return version


def read_vitals(post: Sent) -> dict[str, str]:
    """The fields of the vital-signs form."""
    return {code: post[code] for code in [*bounds(), *CHOICES] if code in post}


def read_intake(post: Sent) -> IntakeFacts:
    """The fields of the intake form."""
    weeks = post.get("pregnancy_weeks", "").strip()
    read = whole(weeks) if weeks else None
    if weeks and read is None:
        message = _("Enter whole weeks.")
        raise Invalid(FieldError("pregnancy_weeks", "implausible_value", message))
    return IntakeFacts(
        chief_complaint=post.get("chief_complaint", ""),
        since=post.get("since", ""),
        history=post.get("history", ""),
        medication=post.get("medication", ""),
        escort=post.get("escort", ""),
        pregnancy=post.get("pregnancy", "unknown"),
        pregnancy_weeks=read,
        fall={name[5:]: said for name, said in post.items() if name.startswith("fall-") and said},
    )


def read_allergy(post: Sent) -> AllergyFacts:
    """The fields of the allergy form."""
    return AllergyFacts(
        substance=post.get("substance", ""),
        kind=post.get("kind", "allergy"),
        reaction=post.get("reaction", ""),
        severity=post.get("severity", "moderate"),
        certainty=post.get("certainty", "suspected"),
        onset=post.get("onset", ""),
        source=post.get("source", ""),
        group=post.get("group", ""),
    )


def read_draft(post: Sent) -> Draft:
    """The text of a note as one window has it."""
    codes = section_titles()
    return Draft(
        sections={
            code: post[f"s-{code}"].replace("\r\n", "\n") for code in codes if f"s-{code}" in post
        },
        version=version_of(post),
        kind=post.get("kind", ""),
        copied={code: post[f"copied-{code}"][:60] for code in codes if post.get(f"copied-{code}")},
    )


def read_sheet(post: Sent) -> Sheet:
    """The prescription as the form has it; a row that was taken out is left out.

    Raises: Invalid, naming each field that is none.
    """
    gone = post.get("remove", "")
    places = [n for n in range(1, MOST_DRUGS + 1) if post.get(f"drug-{n}") and str(n) != gone]
    orders: list[Order] = []
    errors: list[FieldError] = []
    for place in places:
        order = _order(post, place)
        errors += _wrong(post, place, order)
        orders.append(order)
    if errors:
        raise Invalid(*errors)
    return Sheet(orders=tuple(orders), **{name: post.get(name, "") for name in TEXTS})


def read_reasons(post: Sent) -> dict[str, str]:
    """The reasons given for alerts, by the key of the alert."""
    places = [name.removeprefix("alert-") for name in post if name.startswith("alert-")]
    return {post[f"alert-{n}"]: post.get(f"reason-{n}", "") for n in places}


def read_id(text: str) -> UUID | None:
    """An id as sent; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _order(post: Sent, place: int) -> Order:
    return Order(
        drug_id=read_id(post[f"drug-{place}"]) or UUID(int=0),
        dose=read_dose(post.get(f"dose-{place}", "")) or Decimal(0),
        route=post.get(f"route-{place}", ""),
        frequency=post.get(f"frequency-{place}", ""),
        days=whole(post.get(f"days-{place}", "")) or 0,
        instruction=post.get(f"instruction-{place}", ""),
    )


def _wrong(post: Sent, place: int, order: Order) -> list[FieldError]:
    errors = []
    if not order.dose:
        errors.append(FieldError(f"dose-{place}", "implausible_value", _("Enter a dose.")))
    if not order.days:
        errors.append(FieldError(f"days-{place}", "implausible_value", _("Enter the days.")))
    return errors
