"""Consents to treatment, as staff see them: prepared, on a screen turned around, signed."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from yilu.clinical import permissions
from yilu.clinical.operations.consent_links import make_consent_link
from yilu.clinical.operations.consents import (
    Preparation,
    discard_consent,
    prepare_consent,
    sign_as_doctor,
    sign_as_second,
    withdraw_consent,
)
from yilu.clinical.rules.consents import GROUPS, OF_AGE, ConsentWords
from yilu.clinical.selectors.consent_texts import consent_words, current_words
from yilu.clinical.selectors.consents import (
    ConsentPage,
    consent_page,
    patient_consents,
    visit_consents,
)
from yilu.clinical.selectors.context import Setting, clinical_topic, setting
from yilu.clinical.selectors.kept_papers import consent_paper
from yilu.clinical.states import Capacity
from yilu.clinical.web.forms import ReasonForm, WitnessForm
from yilu.clinical.web.reading import sent, whole
from yilu.clinical.web.sealed import check_context, context_of, opened
from yilu.clinical.web.signing import answer_hand, decide, link_part, read_hand, typed_by
from yilu.platform.errors import DomainError, Invalid
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import once, posted_once

METHODS = ["GET", "HEAD", "POST"]


@require_GET
def consents(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The consents of a visit, and the texts that can be given to the patient."""
    where = setting(request.actor, visit_id)
    texts = current_words().values()
    context = {
        "where": where,
        "lines": visit_consents(request.actor, visit_id),
        "groups": [(title, [t for t in texts if t.group == key]) for key, title in GROUPS.items()],
        "can_write": request.actor.may(permissions.WRITE, where.site_id),
        "can_oversee": request.actor.may_anywhere(permissions.OVERSEE),
    }
    return render(request, "clinical/_consents.html", context)


@require_safe
def of_patient(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """What a patient was given to sign, on their page."""
    context = {"lines": patient_consents(request.actor, [patient_id])}
    return render(request, "clinical/_patient_consents.html", context)


@require_http_methods(METHODS)
def prepare(request: ActorRequest, visit_id: UUID, key: str) -> HttpResponseBase:
    """Fill in a text for this patient, then go to where it is read and signed."""
    if request.method != "POST":
        return _form(request, setting(request.actor, visit_id, permissions.WRITE), key)
    where = opened(request, visit_id)
    post = sent(request)
    blanks = {name[2:]: text for name, text in post.items() if name.startswith("b-")}
    wanted = Preparation(key, blanks, post.get("capacity", ""), post.get("why_proxy", ""))

    def run() -> HttpResponseBase:
        made = prepare_consent(actor=request.actor, visit_id=visit_id, wanted=wanted)
        return go_to(request, reverse("clinical:consent", args=[made]))

    try:
        return once(request, run)
    except Invalid as refused:
        return _form(request, where, key, refused)


@require_safe
def show(request: ActorRequest, consent_id: UUID) -> HttpResponse:
    """The text, who has signed, and what can be done."""
    return render(request, "clinical/consent.html", _context(request, consent_id))


@require_safe
def state(request: ActorRequest, consent_id: UUID) -> HttpResponse:
    """Who has signed, and what can be done."""
    return render(request, "clinical/_consent_state.html", _context(request, consent_id))


@require_http_methods(METHODS)
def hand(request: ActorRequest, consent_id: UUID) -> HttpResponseBase:
    """The text on a screen turned to the patient, with a field to sign in; no menus."""
    base = reverse("clinical:consent-hand", args=[consent_id])

    def shown(refused: DomainError | None = None) -> HttpResponse:
        context = {
            "page": consent_page(request.actor, consent_id),
            "base": base,
            "back": reverse("clinical:consent", args=[consent_id]),
            "refused": refused,
            "typed": typed_by(request),
        }
        status = refused.status if refused else 200
        return render(request, "clinical/consent_hand.html", context, status=status)

    if request.method != "POST":
        return shown()
    return answer_hand(request, request.actor, consent_id, where="screen", base=base, show=shown)


@require_http_methods(METHODS)
def said(request: ActorRequest, consent_id: UUID) -> HttpResponseBase:
    """Note what somebody who cannot draw said before a witness."""
    page = consent_page(request.actor, consent_id)
    where = setting(request.actor, page.line.visit_id, permissions.ASSESS)
    form = WitnessForm(request.POST or None, is_own=page.is_own, initial={
        "context": context_of(where), "digest": page.digest,
    })  # fmt: skip

    def again(status: int) -> HttpResponse:
        context = {
            "url": request.path,
            "title": _("What did the patient say?"),
            "text": _("Read the text aloud. The witness heard both the text and the answer."),
            "label": _("Note it"),
            "form": form,
        }
        return render(request, "platform/_dialog.html", context, status=status)

    if request.method != "POST":
        return again(200)
    check_context(request, where)
    if not form.is_valid():
        return again(422)

    def run() -> HttpResponseBase:
        decide(request.actor, request, consent_id, read_hand(request, "screen"))
        return go_to(request, reverse("clinical:consent", args=[consent_id]))

    try:
        return once(request, run)
    except Invalid as refused:
        for error in refused.errors:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        return again(refused.status)


@posted_once
def doctor(request: ActorRequest, consent_id: UUID) -> HttpResponseBase:
    """Sign as the doctor who explained it."""
    _opened(request, consent_id)
    digest = request.POST.get("digest", "")
    sign_as_doctor(actor=request.actor, consent_id=consent_id, digest=digest)
    return go_to(request, reverse("clinical:consent", args=[consent_id]))


@posted_once
def second(request: ActorRequest, consent_id: UUID) -> HttpResponseBase:
    """Sign as a second doctor or nurse."""
    _opened(request, consent_id)
    digest = request.POST.get("digest", "")
    sign_as_second(actor=request.actor, consent_id=consent_id, digest=digest)
    return go_to(request, reverse("clinical:consent", args=[consent_id]))


@posted_once
def link(request: ActorRequest, consent_id: UUID) -> HttpResponseBase:
    """A new link for the patient's phone, as a code to scan. It is shown this once."""
    _opened(request, consent_id)
    reference = make_consent_link(actor=request.actor, consent_id=consent_id)
    return link_part(request, settings.CONSENT_LINK.format(reference=reference))


@require_http_methods(METHODS)
def withdraw(request: ActorRequest, consent_id: UUID) -> HttpResponseBase:
    """Ask why the patient withdraws, then note it."""
    words = {
        "title": _("The patient withdraws this consent?"),
        "text": _("The paper stays and says so. What depends on it must not begin."),
        "label": _("Withdraw"),
    }
    return _ended(request, consent_id, withdraw_consent, words)


@require_http_methods(METHODS)
def discard(request: ActorRequest, consent_id: UUID) -> HttpResponseBase:
    """Ask why a prepared text is put away, then do it."""
    words = {
        "title": _("Put this text away?"),
        "text": _("For what was prepared in error. It stays readable with its reason."),
        "label": _("Put away"),
    }
    return _ended(request, consent_id, discard_consent, words)


@require_safe
def paper(request: ActorRequest, consent_id: UUID) -> HttpResponse:
    """The paper as it was signed."""
    return pdf_answer(consent_paper(request.actor, consent_id))


def pdf_answer(found: Any) -> HttpResponse:
    """A kept paper as an answer."""
    response = HttpResponse(found.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.name}.pdf"'
    return response


def _ended(
    request: ActorRequest, consent_id: UUID, end: Any, words: dict[str, str]
) -> HttpResponseBase:
    page = consent_page(request.actor, consent_id)
    where = setting(request.actor, page.line.visit_id)
    if request.method != "POST":
        form = ReasonForm.about(context_of(where))
        context = {"url": request.path, "form": form, "version": page.line.version, "harmful": True}
        return render(request, "platform/_dialog.html", context | words)
    check_context(request, where)

    def run() -> HttpResponseBase:
        reason = request.POST.get("reason", "")
        version = whole(request.POST.get("version", ""))
        end(actor=request.actor, consent_id=consent_id, reason=reason, version=version)
        answer = go_to(request, reverse("clinical:consent", args=[consent_id]))
        return with_toast(answer, _("Noted"))

    return once(request, run)


def _opened(request: ActorRequest, consent_id: UUID) -> ConsentPage:
    """The consent a form is sent to, once the form has proved to be meant for its patient."""
    page = consent_page(request.actor, consent_id)
    check_context(request, setting(request.actor, page.line.visit_id))
    return page


def _context(request: ActorRequest, consent_id: UUID) -> dict[str, Any]:
    page = consent_page(request.actor, consent_id)
    where = setting(request.actor, page.line.visit_id)
    return {
        "page": page,
        "context": context_of(where),
        "topic": clinical_topic(page.line.visit_id),
    }


def _form(
    request: ActorRequest, where: Setting, key: str, refused: Invalid | None = None
) -> HttpResponse:
    text: ConsentWords = consent_words(key)
    is_minor = where.age is not None and where.age < OF_AGE
    usual = {"capacity": Capacity.GUARDIAN if is_minor else Capacity.SELF}
    context = {
        "where": where,
        "context": context_of(where),
        "text": text,
        "capacities": Capacity.choices,
        "typed": sent(request) if refused else usual,
        "errors": {one.field: one.message for one in refused.errors} if refused else {},
        "refused": refused,
    }
    status = refused.status if refused else 200
    return render(request, "clinical/_consent_prepare.html", context, status=status)
