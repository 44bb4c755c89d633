"""Writing a note: autosave, diagnoses, signing, amending, and what was signed before."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yilu.catalogue.selectors.codes import search_diagnoses
from yilu.clinical import permissions
from yilu.clinical.errors import DraftChanged
from yilu.clinical.operations.diagnoses import (
    add_diagnosis,
    make_primary,
    mark_suspected,
    remove_diagnosis,
)
from yilu.clinical.operations.notes import amend_note, save_draft, sign_note
from yilu.clinical.rules.notes import section_titles
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.notes import signed_versions, visit_note
from yilu.clinical.selectors.parts import NotePart, note_part
from yilu.clinical.states import NoteKind
from yilu.clinical.web.reading import read_draft, sent
from yilu.clinical.web.sealed import context_of, opened
from yilu.facility.selectors.sites import site_zone
from yilu.platform.errors import DomainError, Invalid
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.wording import clock_seconds

SHORTEST_QUERY = 1
HITS = 8


@require_GET
def note(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The note as it is now; `kind` shows the other form."""
    part = note_part(request.actor, visit_id, _kind(request.GET.get("kind", "")))
    return render(request, "clinical/_note.html", note_context(part))


@require_POST
def note_draft(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Keep what was typed so far, and say when. 412 with both texts when another window did."""
    where = opened(request, visit_id)
    draft = read_draft(sent(request))
    try:
        saved = save_draft(actor=request.actor, visit_id=visit_id, draft=draft)
    except DraftChanged:
        return _conflict(request, visit_id)
    at = clock_seconds(saved.saved_at.astimezone(site_zone(where.site_id)))
    words = _("Saved %(time)s") % {"time": at}
    return JsonResponse({"version": saved.version, "saved": words})


@require_POST
def note_signed(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Sign the note, or say section by section what is missing."""
    opened(request, visit_id)
    try:
        sign_note(actor=request.actor, visit_id=visit_id, draft=read_draft(sent(request)))
    except (DraftChanged, Invalid) as error:
        return _refused(request, visit_id, error)
    return with_toast(_note(request, visit_id), _("Note signed"))


@require_POST
def note_amended(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Sign the changed note as a new version, with the reason."""
    opened(request, visit_id)
    reason = request.POST.get("amend_reason", "")
    try:
        amend_note(
            actor=request.actor,
            visit_id=visit_id,
            reason=reason,
            draft=read_draft(sent(request)),
        )
    except (DraftChanged, Invalid) as error:
        return _refused(request, visit_id, error)
    return with_toast(_note(request, visit_id), _("Amendment signed"))


@require_GET
def note_versions(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Every signed version, with what changed."""
    where = setting(request.actor, visit_id)
    context = {"where": where, "versions": signed_versions(visit_id)}
    return render(request, "clinical/_versions.html", context)


@require_GET
def note_print(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The latest signed note on paper."""
    where = setting(request.actor, visit_id)
    versions = signed_versions(visit_id)
    context = {"where": where, "version": versions[0] if versions else None}
    return render(request, "clinical/note_print.html", context)


@require_GET
def diagnosis_search(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Codes that fit what was typed: Chinese, pinyin, initials, English or the code."""
    where = setting(request.actor, visit_id, permissions.WRITE)
    typed = request.GET.get("q", "").strip()[:60]
    hits = search_diagnoses(typed, HITS) if len(typed) >= SHORTEST_QUERY else []
    context = {"where": where, "context": context_of(where), "hits": hits, "typed": typed}
    return render(request, "clinical/_diagnosis_hits.html", context)


@require_POST
def diagnosis_added(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Add a diagnosis and show them all."""
    opened(request, visit_id)
    add_diagnosis(
        actor=request.actor,
        visit_id=visit_id,
        code=request.POST.get("code", ""),
        is_suspected=bool(request.POST.get("is_suspected")),
    )
    return _diagnoses(request, visit_id)


@require_POST
def diagnosis_changed(
    request: ActorRequest, visit_id: UUID, diagnosis_id: UUID, what: str
) -> HttpResponse:
    """Take a diagnosis off, make it the primary one, or mark it as suspected or certain."""
    opened(request, visit_id, diagnosis=diagnosis_id)
    actor = request.actor
    match what:
        case "remove":
            remove_diagnosis(actor=actor, diagnosis_id=diagnosis_id)
        case "primary":
            make_primary(actor=actor, diagnosis_id=diagnosis_id)
        case _:
            suspected = what == "suspected"
            mark_suspected(actor=actor, diagnosis_id=diagnosis_id, is_suspected=suspected)
    return _diagnoses(request, visit_id)


def note_context(part: NotePart, errors: dict[str, str] | None = None) -> dict[str, Any]:
    """What the note editor is given."""
    return {
        "where": part.where,
        "context": context_of(part.where),
        "note": part,
        "errors": errors or {},
        "kinds": NoteKind.choices,
    }


def _note(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    part = note_part(request.actor, visit_id)
    return render(request, "clinical/_note.html", note_context(part))


def _diagnoses(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    part = note_part(request.actor, visit_id)
    return render(request, "clinical/_diagnoses.html", note_context(part))


def _refused(request: ActorRequest, visit_id: UUID, error: DomainError) -> HttpResponse:
    if isinstance(error, DraftChanged):
        return _conflict(request, visit_id)
    fields = error.errors if isinstance(error, Invalid) else ()
    part = note_part(request.actor, visit_id, _kind(request.POST.get("kind", "")))
    context = note_context(part, {one.field: one.message for one in fields})
    typed = {code: request.POST.get(f"s-{code}", "") for code in section_titles()}
    context |= {"refused": error, "typed": typed, "is_refused": True}
    return render(request, "clinical/_note.html", context, status=error.status)


def _kind(sent: str) -> str:
    """The form that was asked for; a kind that is none of ours is answered as if none was."""
    return sent if sent in NoteKind.values else ""


def _conflict(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Both texts side by side: the one that is saved, and the one in this window."""
    theirs = visit_note(visit_id)
    mine = read_draft(sent(request))
    titles = section_titles()
    differing = [
        (code, titles[code], theirs.sections.get(code, ""), mine.sections.get(code, ""))
        for code in titles
        if theirs.sections.get(code, "") != mine.sections.get(code, "")
    ]
    context = {"theirs": theirs, "differing": differing}
    return render(request, "clinical/_conflict.html", context, status=412)
