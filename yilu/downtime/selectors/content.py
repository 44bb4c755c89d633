"""What stands in a kit: today and tomorrow, allergies, prices, and forms with their numbers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from yilu.catalogue.selectors.prices import PriceInfo, prices_by_category
from yilu.clinical.selectors.allergies import AllergyFlag, allergy_flags
from yilu.downtime.rules import FORMS_A_KIT, code_of, form_number
from yilu.facility.selectors.sites import SiteInfo
from yilu.platform import wording
from yilu.platform.actors import Actor
from yilu.scheduling.selectors.bookings import day_bookings
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.states import OVER


@dataclass(frozen=True, slots=True)
class Content:
    """A kit before it is printed."""

    code: str
    bookings: int
    paper: dict[str, Any]


def kit_content(actor: Actor, site: SiteInfo, made_at: datetime) -> Content:
    """What a site needs to work on paper from this moment on. Twelve queries, however many come."""
    local = made_at.astimezone(site.zone)
    today = local.date()
    days = [(day, day_bookings(actor, site.id, day)) for day in (today, today + timedelta(days=1))]
    lines = [line for _day, found in days for line in found if line.state not in OVER]
    flags = allergy_flags({line.patient_id for line in lines})
    code = code_of(local)
    paper = {
        "words": _words(),
        "site": str(site.name),
        "phone": site.phone,
        "made": f"{local:%Y-%m-%d %H:%M}",
        "code": code,
        "days": [_day(day, found, flags) for day, found in days],
        "allergies": _allergies(lines, flags),
        "prices": [
            {"name": name, "lines": [_price(one) for one in found]}
            for name, found in prices_by_category(today)
        ],
        "forms": [form_number(code, n) for n in range(1, FORMS_A_KIT + 1)],
    }
    return Content(code, len(lines), paper)


def _day(day: date, found: list[BookingLine], flags: dict[Any, AllergyFlag]) -> dict[str, Any]:
    lines = [line for line in found if line.state not in OVER]
    return {"title": wording.long_day(day), "lines": [_line(one, flags) for one in lines]}


def _line(one: BookingLine, flags: dict[Any, AllergyFlag]) -> list[str]:
    patient = one.patient
    flag = flags.get(one.patient_id)
    return [
        f"{one.starts_at:%H:%M}",
        str(patient.name) if patient else "",
        f"{patient.born_on:%Y-%m-%d}" if patient and patient.born_on else "",
        patient.phone_masked if patient else "",
        str(one.practitioner_name),
        str(one.service_name),
        one.number,
        _allergy(flag),
    ]


def _price(one: PriceInfo) -> list[str]:
    return [str(one.name), wording.money(one.amount), str(one.unit)]


def _allergies(lines: list[BookingLine], flags: dict[Any, AllergyFlag]) -> list[list[str]]:
    people = {line.patient_id: line.patient for line in lines if line.patient is not None}
    found = [
        [str(who.name), who.record_no, _allergy(flags[patient_id])]
        for patient_id, who in people.items()
        if flags[patient_id].has_allergy
    ]
    return sorted(found)


def _allergy(flag: AllergyFlag | None) -> str:
    if flag is None or flag.status == "unknown":
        return _("ask")
    return "、".join(flag.substances) if flag.has_allergy else _("none known")


def _words() -> dict[str, str]:
    """The fixed words of the paper. PDF templates know no language of their own."""
    return {
        "title": _("Downtime kit"),
        "as_of": _("As of"),
        "how": _(
            "When the system is down: work from these lists, write each visit on a form of its own"
            " with the true times, and keep every form, also spoilt ones. Afterwards each number is"
            " entered, or said to be unused, void or missing."
        ),
        "time": _("Time"),
        "name": _("Name"),
        "born": _("Birth date"),
        "phone": _("Phone"),
        "doctor": _("Doctor"),
        "service": _("Service"),
        "booking": _("Booking"),
        "allergy": _("Allergies"),
        "allergies": _("Allergies of those who are expected"),
        "record": _("Record no."),
        "none": _("Nobody"),
        "prices": _("Price list"),
        "item": _("Item"),
        "amount": _("Amount"),
        "unit": _("Unit"),
        "form": _("Visit on paper"),
        "number": _("Form no."),
        "sex": _("Sex"),
        "id": _("ID number"),
        "arrived": _("Arrived at"),
        "called": _("Called at"),
        "ended": _("Ended at"),
        "paid": _("Paid at"),
        "sum": _("Sum"),
        "complaint": _("Complaint and findings"),
        "treatment": _("Treatment and medicines"),
        "signed": _("Signature"),
        "consent": _("The patient agrees to the use of personal data"),
    }
