"""The archive of a site: holds, what is due, and the way to its end."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.patients.web.here import site_here
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, sent_version, with_toast
from yilu.platform.web.once import posted_once
from yilu.records import permissions
from yilu.records.operations.destruction import (
    approve_destruction,
    carry_out_destruction,
    propose_destruction,
    take_back_destruction,
)
from yilu.records.operations.keeping import set_retention
from yilu.records.selectors.archive import archive, certificate, destruction
from yilu.records.selectors.retention import retention
from yilu.records.selectors.topics import archive_topic
from yilu.records.states import PaperKind
from yilu.records.web.archive_forms import NoteForm, RetentionForm, WhyForm
from yilu.records.web.papers import asked, posted


@require_safe
def page(request: ActorRequest) -> HttpResponse:
    """What a site keeps, what must be kept, and what may go."""
    site = site_here(request, permissions.KEEP)
    return render_page(
        request,
        "records/archive.html",
        part="records/_archive.html",
        found=archive(request.actor, site.id),
        site=site,
        topic=archive_topic(site.id),
        part_url=f"{reverse('records:archive')}?site={site.id}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: ActorRequest) -> HttpResponseBase:
    """Set how long this clinic keeps records."""
    request.actor.require_anywhere(permissions.KEEP)
    now = retention()
    initial = {"years": now.years, "waiting_days": now.waiting_days, "version": now.version}
    form = RetentionForm(posted(request), initial=initial | now.longer)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        longer = {kind: typed[kind] for kind in PaperKind.values if typed[kind] is not None}
        set_retention(
            actor=request.actor, years=typed["years"], longer=longer,
            waiting_days=typed["waiting_days"], version=typed["version"],
        )  # fmt: skip
        response: Any = go_to(request, reverse("records:archive"))
        return with_toast(response, _("This holds from now on"))

    return asked(
        request, form, save, title=_("How long records are kept"), label=_("Keep"),
        text=_("A record that holds a paper of a kind with a longer term is kept for that long."),
    )  # fmt: skip


@posted_once
def propose(request: ActorRequest) -> HttpResponseBase:
    """Propose a list of due records."""
    site = site_here(request, permissions.KEEP)
    made = propose_destruction(
        actor=request.actor,
        site_id=site.id,
        patient_ids=[_id(one) for one in request.POST.getlist("record")],
        reason=request.POST.get("reason", ""),
    )
    response: Any = go_to(request, reverse("records:destruction", args=[made]))
    return with_toast(response, _("Proposed; somebody else has to approve it"))


@require_safe
def detail(request: ActorRequest, destruction_id: UUID) -> HttpResponse:
    """One list with its records."""
    found = destruction(request.actor, destruction_id)
    return render_page(
        request,
        "records/destruction.html",
        part="records/_destruction.html",
        found=found,
        topic=archive_topic(found.line.site_id),
        part_url=request.path,
    )


@posted_once
def approve(request: ActorRequest, destruction_id: UUID) -> HttpResponseBase:
    """A second person approves a list."""
    approve_destruction(
        actor=request.actor, destruction_id=destruction_id, version=sent_version(request)
    )
    return _back(request, destruction_id, _("Approved; the waiting time has begun"))


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: ActorRequest, destruction_id: UUID) -> HttpResponseBase:
    """Take a list back."""
    line = destruction(request.actor, destruction_id).line
    form = WhyForm(posted(request), initial={"version": line.version})

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        take_back_destruction(actor=request.actor, destruction_id=destruction_id, **typed)
        return _back(request, destruction_id, _("Taken back; nothing is destroyed"))

    return asked(
        request, form, save, title=_("Take this list back"),
        label=pgettext("destruction", "Take back"),
        text=_("Nothing is destroyed. Its records may be proposed again."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def carry_out(request: ActorRequest, destruction_id: UUID) -> HttpResponseBase:
    """Destroy what the list names, but what may no longer be destroyed."""
    line = destruction(request.actor, destruction_id).line
    form = NoteForm(posted(request), initial={"version": line.version})

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        carry_out_destruction(actor=request.actor, destruction_id=destruction_id, **typed)
        return _back(request, destruction_id, _("Carried out; the certificate is ready"))

    return asked(
        request, form, save, title=_("Destroy these papers"), label=_("Destroy for ever"),
        harmful=True,
        text=_("The scanned pages go for ever. What is under a hold or no longer due is kept."),
    )  # fmt: skip


@require_safe
def paper_of(request: ActorRequest, destruction_id: UUID) -> HttpResponse:
    """The certificate of a list that was carried out."""
    made = certificate(request.actor, destruction_id, get_language() or "zh-hans")
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="certificate.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _back(request: ActorRequest, destruction_id: UUID, said: str) -> HttpResponseBase:
    response: Any = go_to(request, reverse("records:destruction", args=[destruction_id]))
    return with_toast(response, said)


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None
