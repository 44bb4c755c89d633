"""Scanned papers of a patient: the part on their page, filing, reading, withdrawing, holds."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from yilu.patients.selectors.detail import visible_brief
from yilu.patients.web.here import site_here
from yilu.platform import files
from yilu.platform.decoder import TooLarge
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import submit
from yilu.records import permissions
from yilu.records.operations.keeping import lift_hold, place_hold
from yilu.records.operations.papers import Page, Scanned, file_paper, withdraw_paper
from yilu.records.rules.archive import MOST_PAGES
from yilu.records.selectors.papers import hold_line, page_file, paper, papers_part
from yilu.records.selectors.retention import today
from yilu.records.selectors.topics import papers_topic
from yilu.records.web.archive_forms import HoldForm, PaperForm, WhyForm
from yilu.visits import permissions as visits
from yilu.visits.selectors.visits import visits_of


@require_safe
def papers(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """The papers beside the electronic record: a part of the patient's page and of the room."""
    found = papers_part(request.actor, patient_id)
    context = {"part": found, "topic": papers_topic(found.patient.id), "today": today()}
    return render(request, "records/_papers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Lay a paper into the record: chosen files, or pages taken with the phone's camera."""
    site = site_here(request, permissions.FILE)
    patient = visible_brief(request.actor, patient_id)
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        initial={"dated_on": today()},
        visits=_visits(request, patient.id, site.id),
    )
    back = reverse("patients:patient", args=[patient.id])

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        scanned = Scanned(pages=_sent(request), **typed)
        file_paper(actor=request.actor, site_id=site.id, patient_id=patient.id, scanned=scanned)
        response: Any = go_to(request, back)
        return with_toast(response, _("Filed: %(n)s pages") % {"n": len(scanned.pages)})

    def again(status: int = 200) -> HttpResponse:
        context = {"form": form, "patient": patient, "site": site, "back": back}
        return render_page(
            request, "records/file.html", part="records/_file.html", status=status, **context
        )

    return submit(request, form, save, again) if request.method == "POST" else again()


@require_safe
def show(request: ActorRequest, paper_id: UUID) -> HttpResponse:
    """One paper, its pages below each other."""
    found = paper(request.actor, paper_id)
    patient = visible_brief(request.actor, found.patient_id)
    return render(request, "records/paper.html", {"paper": found, "patient": patient})


@require_safe
def page(request: ActorRequest, paper_id: UUID, n: int) -> FileResponse:
    """One page itself."""
    return files.response(page_file(request.actor, paper_id, n), inline=True)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, paper_id: UUID) -> HttpResponseBase:
    """Take a paper out of sight that was filed by mistake."""
    found = paper(request.actor, paper_id)
    form = WhyForm(posted(request), initial={"version": found.version})
    back = reverse("patients:patient", args=[found.patient_id])

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        withdraw_paper(actor=request.actor, paper_id=paper_id, **typed)
        response: Any = go_to(request, back)
        return with_toast(response, _("Paper withdrawn"))

    return asked(
        request, form, save, title=_("Withdraw this paper"),
        label=pgettext("paper", "Withdraw"), harmful=True,
        text=_("For what was filed by mistake. It is kept out of sight, and the record says why."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Have a record kept whatever its age."""
    site = site_here(request, permissions.KEEP)
    form = HoldForm(posted(request))

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        place_hold(actor=request.actor, site_id=site.id, patient_id=patient_id, **typed)
        return with_toast(HttpResponse(), _("The record is under a legal hold"))

    return asked(
        request, form, save, title=_("Place a legal hold"), label=_("Place the hold"),
        text=_("Nothing of this record is destroyed or withdrawn until the hold is lifted."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: ActorRequest, hold_id: UUID) -> HttpResponseBase:
    """End a legal hold."""
    found = hold_line(request.actor, hold_id)
    form = WhyForm(posted(request), initial={"version": found.version})

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        lift_hold(actor=request.actor, hold_id=hold_id, **typed)
        return with_toast(HttpResponse(), _("The hold is lifted"))

    return asked(
        request, form, save, title=_("Lift the legal hold"), label=_("Lift the hold"),
        text=f"{found.demanded_by}: {found.reason}",
    )  # fmt: skip


@require_safe
def cover(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """The cover sheet of a paper folder: the record number large, and what lies in it."""
    found = papers_part(request.actor, patient_id)
    back = reverse("patients:patient", args=[found.patient.id])
    return render(request, "records/cover.html", {"part": found, "back_url": back})


def _visits(request: ActorRequest, patient_id: UUID, site_id: UUID) -> list[tuple[str, str]]:
    if not request.actor.may(visits.SEE, site_id):
        return []
    found = visits_of(request.actor, patient_id)
    here = [one for one in found if one.site_id == site_id]
    return [(str(one.id), _("Visit of %(day)s") % {"day": one.clinic_day}) for one in here]


def _sent(request: ActorRequest) -> list[Page]:
    sent = [one for one in request.FILES.getlist("pages") if one.size][: MOST_PAGES + 1]
    if any((one.size or 0) > files.LARGEST for one in sent):
        raise TooLarge
    return [Page(one.read(), one.name or "") for one in sent]


def posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


def asked(request: ActorRequest, form: Any, save: Any, **words: Any) -> HttpResponseBase:
    def again(status: int = 200) -> HttpResponse:
        return render_page(
            request, "platform/form.html", part="platform/_dialog.html", status=status,
            form=form, url=request.get_full_path(), **words,
        )  # fmt: skip

    return submit(request, form, save, again) if request.method == "POST" else again()
