"""The imaging post: its worklist, and the steps of one study."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical import permissions as clinical
from yilu.diagnostics import permissions
from yilu.diagnostics.operations.studies import Before, arrive_study, begin_study, finish_study
from yilu.diagnostics.operations.study_reports import (
    Written,
    correct_report,
    explain_study_report,
    read_study_report,
    release_study_report,
    send_back_report,
    write_report,
)
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.selectors.study_detail import overrides_of, study_detail
from yilu.diagnostics.selectors.study_reports import study_paper, study_report_pdf
from yilu.diagnostics.selectors.study_worklist import (
    study_by_accession,
    study_worklist,
)
from yilu.diagnostics.selectors.topics import imaging_topic, visit_exams_topic
from yilu.diagnostics.states import StudyState
from yilu.diagnostics.web.steps import (
    Deed,
    as_file,
    identifiers,
    known_id,
    refusal,
    status_of,
    step,
    typed_identifiers,
)
from yilu.platform.errors import DomainError
from yilu.platform.web.http import ActorRequest, sent_number, with_toast
from yilu.platform.web.once import posted_once
from yilu.scheduling.web.here import site_here

TABS = (
    StudyState.ORDERED,
    StudyState.ARRIVED,
    StudyState.BEGUN,
    StudyState.TAKEN,
    StudyState.REPORTED,
    StudyState.RELEASED,
)


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """The imaging post's day: what waits, and what is open."""
    site = site_here(request, permissions.SEE)
    context = _list(request, site.id)
    study = request.GET.get("study", "")
    if study and context["may_read"]:
        context |= _study_context(request, known_id(study))
    elif context["may_read"]:
        context["overrides"] = overrides_of(request.actor, site.id)
    return render(request, "diagnostics/imaging.html", context | {"site": site})


@require_safe
def lines(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """The worklist of a site, by step."""
    return render(request, "diagnostics/_study_list.html", _list(request, site_id))


@require_safe
def scan(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Open the study whose number was typed or scanned."""
    study_id = study_by_accession(request.actor, site_id, request.GET.get("number", ""))
    return redirect(f"{reverse('diagnostics:imaging')}?site={site_id}&study={study_id}")


@require_safe
def study(request: ActorRequest, study_id: UUID) -> HttpResponse:
    """One study with its next step; nothing for a page that shows this version already."""
    context = _study_context(request, study_id)
    if request.GET.get("seen", "") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "diagnostics/_study.html", context)


def arrived(request: ActorRequest, study_id: UUID) -> HttpResponseBase:
    """The patient is here."""

    def deed() -> object:
        version = sent_number(request, "version")
        return arrive_study(actor=request.actor, study_id=study_id, version=version)

    return _deed(request, study_id, deed, pgettext("study", "Arrived"))


def begun(request: ActorRequest, study_id: UUID) -> HttpResponseBase:
    """Who it is, and every question before; then it begins."""
    asked = [one.check.key for one in imaging_table().asked]
    before = Before(
        identifiers=typed_identifiers(request),
        checks={key: request.POST.get(f"check-{key}", "") for key in asked},
        override=request.POST.get("override", ""),
    )

    def deed() -> object:
        version = sent_number(request, "version")
        return begin_study(actor=request.actor, study_id=study_id, before=before, version=version)

    return _deed(request, study_id, deed, _("Begun"))


def taken(request: ActorRequest, study_id: UUID) -> HttpResponseBase:
    """The images are in."""

    def deed() -> object:
        version = sent_number(request, "version")
        return finish_study(actor=request.actor, study_id=study_id, version=version)

    return _deed(request, study_id, deed, _("Images are in; it can be reported"))


def written(request: ActorRequest, study_id: UUID) -> HttpResponseBase:
    """Keep what was found."""

    def deed() -> object:
        version = sent_number(request, "version")
        return write_report(
            actor=request.actor, study_id=study_id, written=_written(request), version=version
        )

    return _deed(request, study_id, deed, _("Written; a second person verifies"))


def corrected(request: ActorRequest, study_id: UUID) -> HttpResponseBase:
    """Begin a new issue of a report."""

    def deed() -> object:
        return correct_report(
            actor=request.actor,
            study_id=study_id,
            written=_written(request),
            why=request.POST.get("why", ""),
            version=sent_number(request, "version"),
        )

    return _deed(request, study_id, deed, _("Correction written; a second person verifies"))


def released(request: ActorRequest, study_id: UUID, report_id: UUID) -> HttpResponseBase:
    """Verify, and release."""

    def deed() -> object:
        version = sent_number(request, "version")
        return release_study_report(actor=request.actor, report_id=report_id, version=version)

    return _deed(request, study_id, deed, _("Verified and released"))


@require_http_methods(["GET", "HEAD", "POST"])
def sent_back(request: ActorRequest, study_id: UUID, report_id: UUID) -> HttpResponseBase:
    """Ask what is wrong, then have it written again."""
    if request.method != "POST":
        context = {"study": study_detail(request.actor, study_id), "report_id": report_id}
        return render(request, "diagnostics/_study_back.html", context)

    def deed() -> object:
        reason, version = request.POST.get("reason", ""), sent_number(request, "version")
        return send_back_report(
            actor=request.actor, report_id=report_id, reason=reason, version=version
        )

    return _deed(request, study_id, deed, _("Sent back"))


@require_safe
def show(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """One report, in a dialog."""
    context = {"found": study_paper(request.actor, report_id)}
    return render(request, "diagnostics/_study_report.html", context)


@posted_once
def explained(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """The report was explained to the patient."""
    version = sent_number(request, "version")
    explain_study_report(actor=request.actor, report_id=report_id, version=version)
    return with_toast(HttpResponse(status=204), _("Marked as explained"))


@posted_once
def has_read(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """Who asked for the examination has read its report."""
    read_study_report(actor=request.actor, report_id=report_id)
    return with_toast(HttpResponse(status=204), _("Marked as read"))


@require_safe
def paper(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """A report on paper, in force or older."""
    name, content = study_report_pdf(request.actor, report_id)
    return as_file(name, content)


def _list(request: ActorRequest, site_id: UUID) -> dict[str, Any]:
    found = study_worklist(request.actor, site_id)
    asked = request.GET.get("step", "")
    chosen = asked if asked in TABS else ""
    return {
        "site_id": site_id,
        "topic": imaging_topic(site_id),
        "work": found,
        "chosen": chosen,
        "rows": [
            one
            for one in found.lines
            if (one.step == chosen if chosen else one.step != StudyState.RELEASED)
        ],
        "tabs": [(str(one), one.label, found.count(one)) for one in TABS],
        "open_count": sum(found.count(one) for one in TABS[:-1]),
        "may_read": request.actor.may(clinical.SEE, site_id),
        "may_examine": request.actor.may(permissions.EXAMINE, site_id),
    }


def _study_context(request: ActorRequest, study_id: UUID) -> dict[str, Any]:
    found = study_detail(request.actor, study_id)
    parts = (found, found.entered, found.current)
    seen = ".".join(str(one.version) if one else "0" for one in parts) + f".{found.images}"
    return {
        "study": found,
        "seen": seen,
        "study_url": f"{reverse('diagnostics:study', args=[study_id])}?seen={seen}",
        "visit_topic": visit_exams_topic(found.visit.id),
        "critical": imaging_table().findings.items(),
        "identifiers": identifiers(),
    }


def _part(
    request: ActorRequest, study_id: UUID, refused: DomainError | None = None
) -> HttpResponse:
    context = _study_context(request, study_id) | refusal(request, refused)
    if refused is not None:
        context["typed_critical"] = request.POST.getlist("critical")
    return render(request, "diagnostics/_study.html", context, status=status_of(refused))


def _deed(request: ActorRequest, study_id: UUID, deed: Deed, words: str) -> HttpResponseBase:
    return step(request, deed, lambda refused: _part(request, study_id, refused), words)


def _written(request: ActorRequest) -> Written:
    sent = request.POST
    critical = tuple(sent.getlist("critical"))
    return Written(sent.get("findings", ""), sent.get("impression", ""), critical)
