"""A walk-in on one screen: who, what for, to whom; then a number to wait with."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.catalogue.selectors.services import services
from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.intake import permissions as intake
from yilu.outbreak.errors import ScreeningMissing
from yilu.outbreak.selectors.screenings import asking_at
from yilu.outbreak.web.asking import answers_in, asked_rows
from yilu.patients.errors import AlreadyRegistered
from yilu.patients.operations.consents import give_consent
from yilu.patients.operations.patients import register_patient
from yilu.patients.operations.unknown import register_unknown
from yilu.patients.rules.consents import current_text
from yilu.patients.selectors.lines import PatientBrief
from yilu.patients.selectors.patients import patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.patients.states import ConsentHow, ConsentKind
from yilu.platform import undo
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import submit
from yilu.queueing.selectors.tickets import ticket_place, tickets_of_visit
from yilu.reception import permissions
from yilu.reception.errors import NobodyOnDuty
from yilu.reception.operations.arrivals import CheckedIn, walk_in
from yilu.reception.operations.following import follow_answer
from yilu.reception.selectors.doorsteps import first_words
from yilu.reception.selectors.queues import DutyLine, on_duty_lines
from yilu.reception.selectors.today import today_of
from yilu.reception.web.forms import WalkInForm
from yilu.visits.selectors.visits import visit_detail, visit_topic

LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen at a site now: services, and who is on duty with how many patients."""

    site: SiteInfo
    services: list[tuple[str, str]]
    duty: list[DutyLine]

    def form(self, *args: Any, **options: Any) -> WalkInForm:
        people = [(str(one.practitioner_id), one.label) for one in self.duty]
        return WalkInForm(self.services, people, *args, **options)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """The screen, and what it sends. What was typed stays when something is wrong."""
    offer = _offer(request, site_key)
    if request.method != "POST":
        named = ("patient", "name", "service", "practitioner", "pretriage", "door")
        started = {name: request.GET.get(name, "") for name in named}
        if not started["door"]:
            # Who stands there longest is who we speak to, whichever way the page was opened.
            started["door"] = next((str(one) for one in first_words(offer.site.id).visitors), "")
        return _page(request, offer, offer.form(initial=started), 200)
    form = offer.form(request.POST)
    try:
        return submit(
            request,
            form,
            lambda typed: _receive(request, offer.site, form, typed),
            lambda status: _page(request, offer, form, status),
        )
    except AlreadyRegistered as refused:
        other = refused.params.get("patient_id")
        form.add_error("id_number", str(refused))
        return _page(request, offer, form, 422, same=other if isinstance(other, UUID) else None)
    except NobodyOnDuty as refused:
        form.add_error("practitioner", str(refused))
        return _page(request, offer, form, 422)
    except ScreeningMissing as refused:
        form.add_error(None, str(refused))
        return _page(request, offer, form, 422)


@require_safe
def who(request: ActorRequest, site_key: str) -> HttpResponse:
    """Patients that fit what was typed, to choose from, and what they have here today."""
    site = _site(request, site_key)
    typed = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    hits = search_patients(request.actor, typed, limit=6) if typed else []
    near = [hit.id for hit in hits if not hit.is_elsewhere]
    today = today_of(request.actor, site.id, near)
    known = [(hit, today.get(hit.id)) for hit in hits]
    return render(request, "reception/_who.html", {"q": typed, "hits": known, "site": site})


@require_safe
def done(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The number that was given, to be printed; and the way to the next walk-in."""
    visit = visit_detail(request.actor, visit_id)
    request.actor.require_to_see(permissions.SEE, visit.site_id)
    ticket = tickets_of_visit(visit_id)[-1]
    patients = patient_briefs(request.actor, [visit.patient_id], "walk-in")
    context: dict[str, Any] = {
        "visit": visit,
        "patient": patients.get(visit.patient_id),
        "ticket": ticket,
        "place": ticket_place(ticket.id),
        "may_fill": request.actor.may(intake.FILL, visit.site_id),
        "site_key": request.GET.get("site", ""),
        "visit_topic": visit_topic(visit_id),
    }
    return render_page(
        request, "reception/walked_in.html", part="reception/_walked_in.html", **context
    )


def _site(request: ActorRequest, site_key: str) -> SiteInfo:
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.SEE, site.id)
    request.actor.require(permissions.WALK_IN, site.id)
    return site


def _offer(request: ActorRequest, site_key: str) -> Offer:
    site = _site(request, site_key)
    offered = [(str(one.id), f"{one.name}") for one in services(site.id)]
    return Offer(site, offered, on_duty_lines(site.id))


def _receive(
    request: ActorRequest, site: SiteInfo, form: WalkInForm, typed: dict[str, Any]
) -> HttpResponseBase:
    patient_id = typed["patient"]
    if patient_id is None:
        register = register_unknown if typed["is_unknown"] else register_patient
        patient_id = register(actor=request.actor, site_id=site.id, facts=form.facts())
        if typed["consent"]:
            give_consent(
                actor=request.actor,
                patient_id=patient_id,
                kind=ConsentKind.DATA_USE,
                how=ConsentHow.SPOKEN,
            )
    came: CheckedIn = walk_in(
        actor=request.actor,
        site_id=site.id,
        patient_id=patient_id,
        service_id=UUID(typed["service"]),
        practitioner_id=UUID(typed["practitioner"]) if typed["practitioner"] else None,
        needs=typed["needs"],
        screening=answers_in(request),
        doorstep_id=typed["door"],
    )
    if typed["pretriage"]:
        follow_answer(actor=request.actor, pretriage_id=typed["pretriage"], came=came)
    url = reverse("reception:walked-in", args=[came.visit_id])
    response = go_to(request, f"{url}?site={site.key}")
    said = _("Number %(number)s is given") % {"number": came.number}
    return with_toast(response, said, undo=undo.address(came.undo_id))


def _page(
    request: ActorRequest, offer: Offer, form: WalkInForm, status: int, *, same: UUID | None = None
) -> HttpResponse:
    chosen_id = form["patient"].value()
    chosen = None
    known: dict[UUID, PatientBrief] = {}
    if chosen_id:
        try:
            wanted = UUID(str(chosen_id))
        except ValueError:
            wanted = None
        known = patient_briefs(request.actor, [wanted] if wanted else [], "walk-in")
        chosen = known.get(wanted) if wanted else None
    asking = asking_at(offer.site.id)
    today = today_of(request.actor, offer.site.id, known)
    context = {
        "site": offer.site,
        "form": form,
        "asking": asking,
        "rows": asked_rows(request, asking),
        "duty": offer.duty,
        "may_ask": request.actor.may(intake.FILL, offer.site.id),
        "chosen": chosen,
        "today": today.get(chosen.id) if chosen else None,
        "same": same,
        "consent_text": current_text(ConsentKind.DATA_USE).text,
    }
    return render_page(
        request, "reception/walk_in.html", part="reception/_walk_in.html", status=status, **context
    )
