"""Check in, or register and take a number; then where to wait."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yilu.kiosk.errors import HasNumber, KnownAlready, NothingToCheckIn
from yilu.kiosk.operations.arrivals import check_in_here, register_here, take_number
from yilu.kiosk.operations.visitors import Known
from yilu.kiosk.rules import read_birth
from yilu.kiosk.selectors.offers import offers
from yilu.kiosk.selectors.standing import Case, standing
from yilu.kiosk.web.frame import (
    Kiosk,
    at_kiosk,
    page,
    refused_page,
    welcome,
    with_proof,
    with_visitor,
)
from yilu.outbreak.errors import AnswersMissing, ScreeningMissing
from yilu.outbreak.selectors.screenings import asking_at, route_of_visit
from yilu.outbreak.states import AskedVia
from yilu.outbreak.web.asking import answers_in
from yilu.patients.rules.consents import current_text
from yilu.patients.rules.facts import LONGEST, PatientFacts
from yilu.patients.rules.words import Sex
from yilu.patients.states import ConsentKind
from yilu.platform import throttle
from yilu.platform.errors import Conflict, DomainError, Invalid
from yilu.platform.forms import Text
from yilu.platform.names import CHINESE, ENGLISH, reader_is_english
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import once

NEEDS = ("wheelchair", "pregnant", "hearing")
RESIDENT_ID = "resident_id"
MOST_NEW, SECONDS = 20, 600


class NewcomerForm(forms.Form):
    """The least that is needed to know somebody: a name, and two identifiers."""

    name = Text(label=_("Name"), max_length=LONGEST["name"])
    phone = Text(label=_("Phone"), max_length=20)
    born_on = Text(label=_("Birth date"), max_length=20)
    sex = forms.ChoiceField(label=_("Sex"), choices=[(s, s.label) for s in (Sex.FEMALE, Sex.MALE)])
    id_number = Text(required=False, max_length=40)
    consent = forms.BooleanField(
        error_messages={"required": _("Without your consent we cannot keep your details.")}
    )

    def clean_born_on(self) -> Any:
        found = read_birth(self.cleaned_data["born_on"])
        if found is None:
            raise forms.ValidationError(
                _("Please type your birth date as eight digits, such as 19880412.")
            )
        return found

    def facts(self) -> PatientFacts:
        """What is kept of somebody new."""
        typed = self.cleaned_data
        return PatientFacts(
            name=typed["name"],
            phone=typed["phone"],
            born_on=typed["born_on"],
            sex=typed["sex"],
            id_type=RESIDENT_ID if typed["id_number"] else "",
            id_number=typed["id_number"],
            language=ENGLISH if reader_is_english() else CHINESE,
        )


@require_safe
@with_visitor
def me(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponseBase:
    """What this visitor came for, and what they can do about it now."""
    now = standing(
        kiosk.actor, kiosk.site, known.patient_id,
        booking_id=known.booking_id, is_proved=known.is_proved,
    )  # fmt: skip
    route = route_of_visit(now.visit.id) if now.visit and now.case == Case.HERE else None
    return page(
        request, kiosk, "me", now=now, known=known, case=now.case.value, needs=NEEDS, route=route
    )


@require_POST
@with_visitor
def check_in(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponseBase:
    """Check in for the booking that the page showed; then show the number.

    Somebody who was checked in meanwhile, at the desk or by phone, sees the number they have.
    """
    now = standing(
        kiosk.actor, kiosk.site, known.patient_id,
        booking_id=known.booking_id, is_proved=known.is_proved,
    )  # fmt: skip
    if now.case == Case.HERE:
        return HttpResponseRedirect(kiosk.url("me"), status=303)
    booking = now.booking
    if now.case != Case.COMING or booking is None or str(booking.id) != request.POST.get("booking"):
        return refused_page(request, kiosk, NothingToCheckIn(), back=kiosk.url("me"))
    needs = [one for one in request.POST.getlist("needs") if one in NEEDS]

    def run() -> HttpResponse:
        check_in_here(
            actor=kiosk.actor,
            site_id=kiosk.site.id,
            known=known,
            booking_id=booking.id,
            needs=needs,
            screening=answers_in(request),
        )
        return HttpResponseRedirect(kiosk.url("me"), status=303)

    return _tried(request, kiosk, known, run)


@sensitive_post_parameters("name", "phone", "born_on", "id_number")
@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def new(request: ActorRequest, kiosk: Kiosk) -> HttpResponseBase:
    """Register with the least that is needed, and go on to choose what for."""
    form = NewcomerForm(request.POST or None)
    if request.method == "POST":
        # Or somebody could try here, too, who is known.
        throttle.take(f"kiosk:new:{kiosk.actor.user_id}", MOST_NEW, SECONDS)
    if request.method != "POST" or not form.is_valid():
        return _new(request, kiosk, form, 422 if form.is_bound else 200)

    def run() -> HttpResponse:
        patient_id = register_here(actor=kiosk.actor, site_id=kiosk.site.id, facts=form.facts())
        welcome(request, Known(patient_id, None, is_proved=True))
        return HttpResponseRedirect(kiosk.url("take"), status=303)

    try:
        return once(request, run)
    except Invalid as refused:
        for error in refused.errors:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        return _new(request, kiosk, form, 422)
    except KnownAlready as refused:
        return refused_page(request, kiosk, refused, back=kiosk.url("who"))


@require_http_methods(["GET", "HEAD", "POST"])
@with_proof
def take(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponseBase:
    """Choose what for, and take a number."""
    found = offers(kiosk.site)
    if request.method != "POST":
        return page(request, kiosk, "take", offers=found, seconds=60)
    chosen = next((o for o in found if str(o.service_id) == request.POST.get("service")), None)
    if chosen is None:
        return page(request, kiosk, "take", status=422, offers=found, seconds=60)
    needs = [one for one in request.POST.getlist("needs") if one in NEEDS]

    def run() -> HttpResponse:
        take_number(
            actor=kiosk.actor, site_id=kiosk.site.id, patient_id=known.patient_id,
            service_id=chosen.service_id, needs=needs, screening=answers_in(request),
        )  # fmt: skip
        return HttpResponseRedirect(kiosk.url("me"), status=303)

    return _tried(request, kiosk, known, run)


def _tried(request: ActorRequest, kiosk: Kiosk, known: Known, run: Any) -> HttpResponseBase:
    """Do it once; who has a number already sees it, everything else is said or asked."""
    try:
        return once(request, run)
    except HasNumber:
        return HttpResponseRedirect(kiosk.url("me"), status=303)
    except (ScreeningMissing, AnswersMissing):
        return _at_the_door(request, kiosk, known)
    except (Conflict, Invalid) as refused:
        return _meanwhile(request, kiosk, refused)


def _at_the_door(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponse:
    """The entry questions; answered, what was pressed before is sent once more with them."""
    asking = asking_at(kiosk.site.id, known.patient_id, via=AskedVia.KIOSK)
    pressed = [
        (name, value)
        for name in ("booking", "service", "needs")
        for value in request.POST.getlist(name)[:10]
    ]
    said = answers_in(request) or {}
    is_again = "asked" in request.POST
    questions = asking.questions if asking else ()
    rows = [(one, said.get(one.key, "")) for one in questions]
    return page(
        request, kiosk, "screening", status=422 if is_again else 200, rows=rows,
        pressed=pressed, url=request.path, is_again=is_again, seconds=60,
    )  # fmt: skip


def _meanwhile(request: ActorRequest, kiosk: Kiosk, refused: DomainError) -> HttpResponse:
    return refused_page(request, kiosk, refused, back=kiosk.url("me"))


def _new(request: ActorRequest, kiosk: Kiosk, form: NewcomerForm, status: int) -> HttpResponse:
    consent = current_text(ConsentKind.DATA_USE).text
    return page(request, kiosk, "new", status=status, form=form, consent=consent, seconds=60)
