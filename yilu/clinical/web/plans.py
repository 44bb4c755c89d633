"""Treatment plans: proposed by the doctor, said back and chosen by the patient."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.catalogue.selectors.prices import price_list
from yilu.clinical import permissions
from yilu.clinical.operations.plans import (
    Choice,
    OptionWords,
    PictureGiven,
    Proposal,
    choose_option,
    decline_plan,
    hear_back,
    make_plan_link,
    propose_plan,
    release_plan,
)
from yilu.clinical.rules.plans import MOST_ITEMS, MOST_OPTIONS, MOST_PICTURES
from yilu.clinical.selectors.context import Setting, clinical_topic, setting
from yilu.clinical.selectors.plans import PlanPage, plan_page, plan_picture, visit_plans
from yilu.clinical.web.forms import ReasonForm
from yilu.clinical.web.reading import sent, whole
from yilu.clinical.web.sealed import check_context, context_of, opened
from yilu.clinical.web.signing import Show, answered, link_part
from yilu.platform import files
from yilu.platform.actors import Actor
from yilu.platform.errors import BadRequest, DomainError, Invalid, NotFound
from yilu.platform.web.http import ActorRequest, go_to
from yilu.platform.web.once import once, posted_once

METHODS = ["GET", "HEAD", "POST"]
TYPED = ("strokes", "chosen", "said_back", "witness", "reason")


@require_safe
def plans(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The plans of a visit."""
    where = setting(request.actor, visit_id)
    context = {
        "where": where,
        "lines": visit_plans(request.actor, visit_id),
        "can_write": request.actor.may(permissions.WRITE, where.site_id),
    }
    return render(request, "clinical/_plans.html", context)


@require_http_methods(METHODS)
def propose(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Write a plan with its options, then go to where it is chosen from."""
    if request.method != "POST":
        return _form(request, setting(request.actor, visit_id, permissions.WRITE))
    where = opened(request, visit_id)
    proposal = _read(sent(request), _sent_pictures(request))

    def run() -> HttpResponseBase:
        made = propose_plan(actor=request.actor, visit_id=visit_id, proposal=proposal)
        return go_to(request, reverse("clinical:plan", args=[made]))

    try:
        return once(request, run)
    except Invalid as refused:
        return _form(request, where, refused)


@require_safe
def show(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """The plan, what the patient said to it, and what can be done."""
    return render(request, "clinical/plan.html", _context(request, plan_id))


@require_safe
def state(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """The same as a part."""
    return render(request, "clinical/_plan.html", _context(request, plan_id))


@require_http_methods(METHODS)
def hand(request: ActorRequest, plan_id: UUID) -> HttpResponseBase:
    """The plan on a screen turned to the patient; no menus."""
    base = reverse("clinical:plan-hand", args=[plan_id])

    def shown(refused: DomainError | None = None) -> HttpResponse:
        context = hand_context(request, request.actor, plan_id, base, refused)
        context["back"] = reverse("clinical:plan", args=[plan_id])
        status = refused.status if refused else 200
        return render(request, "clinical/plan_hand.html", context, status=status)

    if request.method != "POST":
        return shown()
    return answer_plan(request, request.actor, plan_id, base=base, show=shown)


@require_safe
def picture(request: ActorRequest, plan_id: UUID) -> FileResponse:
    """A picture of the plan; which one is in the query."""
    return picture_answer(request, request.actor, plan_id)


def picture_answer(request: HttpRequest, actor: Actor, plan_id: UUID) -> FileResponse:
    """A picture of a plan, for whoever may see the plan. Raises: NotFound."""
    n = whole(request.GET.get("n", ""))
    if n is None:
        raise NotFound
    return files.response(plan_picture(actor, plan_id, n), inline=True)


@posted_once
def deed(request: ActorRequest, plan_id: UUID, what: str) -> HttpResponseBase:
    """Note what was said back, or a choice by word before a witness."""
    page = plan_page(request.actor, plan_id)
    check_context(request, setting(request.actor, page.line.visit_id))
    post = request.POST
    if what == "heard":
        hear_back(
            actor=request.actor, plan_id=plan_id, said_back=post.get("said_back", ""),
            is_understood=post.get("is_understood") == "1",
        )  # fmt: skip
    else:
        choose_option(actor=request.actor, plan_id=plan_id, choice=read_choice(request))
    return render(request, "clinical/_plan.html", _context(request, plan_id))


@posted_once
def link(request: ActorRequest, plan_id: UUID) -> HttpResponseBase:
    """A new link for the patient's phone, as a code to scan. It is shown this once."""
    page = plan_page(request.actor, plan_id)
    check_context(request, setting(request.actor, page.line.visit_id))
    reference = make_plan_link(actor=request.actor, plan_id=plan_id)
    return link_part(request, settings.PLAN_LINK.format(reference=reference))


@require_http_methods(METHODS)
def decline(request: ActorRequest, plan_id: UUID) -> HttpResponseBase:
    """Ask why the patient wants none of it, then note it."""
    words = {
        "title": _("The patient declines?"),
        "text": _("Nothing of this plan goes ahead."),
        "label": _("Note it"),
    }

    def end(reason: str) -> None:
        version = whole(request.POST.get("version", ""))
        decline_plan(actor=request.actor, plan_id=plan_id, reason=reason, version=version)

    return _asked(request, plan_id, words, end)


@require_http_methods(METHODS)
def release(request: ActorRequest, plan_id: UUID) -> HttpResponseBase:
    """Ask why it goes ahead before the patient has accepted, then let it."""
    words = {
        "title": _("Go ahead in an emergency?"),
        "text": _("What belongs to the plan begins before the patient has accepted it."),
        "label": _("Go ahead"),
    }

    def end(reason: str) -> None:
        release_plan(actor=request.actor, plan_id=plan_id, reason=reason)

    return _asked(request, plan_id, words, end)


def read_choice(request: HttpRequest) -> Choice:
    """What a patient chose, as it was sent."""
    post = request.POST
    return Choice(
        digest=post.get("digest", ""),
        chosen=whole(post.get("chosen", "")),
        strokes=post.get("strokes", ""),
        witness=post.get("witness", ""),
        said_back=post.get("said_back", ""),
    )


def answer_plan(
    request: HttpRequest,
    actor: Actor,
    plan_id: UUID,
    *,
    base: str,
    show: Show,
) -> HttpResponseBase:
    """Keep a choice, or that none is wanted, once, and show the page again."""

    def keep() -> None:
        match request.POST.get("decision", ""):
            case "accept":
                choose_option(actor=actor, plan_id=plan_id, choice=read_choice(request))
            case "decline":
                reason = request.POST.get("reason", "")
                decline_plan(actor=actor, plan_id=plan_id, reason=reason)
            case _:
                raise BadRequest

    return answered(request, keep, base=base, show=show)


def hand_context(
    request: HttpRequest, actor: Actor, plan_id: UUID, base: str, refused: DomainError | None
) -> dict[str, Any]:
    """What the patient's side of a plan is given."""
    typed = {name: request.POST.get(name, "") for name in TYPED} if refused else {}
    return {
        "page": plan_page(actor, plan_id),
        "base": base,
        "pictures_url": f"{base}/picture",
        "refused": refused,
        "typed": typed,
    }


def _asked(
    request: ActorRequest, plan_id: UUID, words: dict[str, str], end: Callable[[str], None]
) -> HttpResponseBase:
    page: PlanPage = plan_page(request.actor, plan_id)
    where = setting(request.actor, page.line.visit_id)
    if request.method != "POST":
        form = ReasonForm.about(context_of(where))
        context = {"url": request.path, "form": form, "version": page.line.version, "harmful": True}
        return render(request, "platform/_dialog.html", context | words)
    check_context(request, where)

    def run() -> HttpResponseBase:
        end(request.POST.get("reason", ""))
        return go_to(request, reverse("clinical:plan", args=[plan_id]))

    return once(request, run)


def _context(request: ActorRequest, plan_id: UUID) -> dict[str, Any]:
    page = plan_page(request.actor, plan_id)
    return {
        "page": page,
        "pictures_url": reverse("clinical:plan-picture", args=[plan_id]),
        "context": context_of(setting(request.actor, page.line.visit_id)),
        "topic": clinical_topic(page.line.visit_id),
    }


def _sent_pictures(request: HttpRequest) -> list[PictureGiven]:
    found = []
    for n in range(1, MOST_PICTURES + 1):
        given = request.FILES.get(f"picture-{n}")
        if given is not None:
            # One byte more than is taken tells that it is too large, whatever came.
            content = given.read(files.LARGEST + 1)
            caption = request.POST.get(f"caption-{n}", "")
            found.append(PictureGiven(given.name or "", content, caption))
    return found


def _read(post: dict[str, str], pictures: list[PictureGiven]) -> Proposal:
    options: list[OptionWords] = []
    recommended = None
    for n in range(1, MOST_OPTIONS + 1):
        words = {
            name: post.get(f"{name}-{n}", "") for name in ("name", "benefits", "risks", "duration")
        }
        typed = [post.get(f"item-{n}-{m}", "") for m in range(1, MOST_ITEMS + 1)]
        codes = tuple(one.split()[0] for one in typed if one.strip())
        if any(text.strip() for text in words.values()) or codes:
            if post.get("recommended") == str(n):
                recommended = len(options)
            options.append(OptionWords(**words, codes=codes))
    return Proposal(
        post.get("title", ""), post.get("explanation", ""), options, recommended,
        post.get("why", ""), pictures,
    )  # fmt: skip


def _form(request: ActorRequest, where: Setting, refused: Invalid | None = None) -> HttpResponse:
    typed = sent(request) if refused else {"recommended": "1"}
    wrong = {one.field: one.message for one in refused.errors} if refused else {}
    options: list[dict[str, Any]] = [
        {
            "n": n,
            "fields": [
                (f"{name}-{n}", title, typed.get(f"{name}-{n}", ""), wrong.get(f"{name}-{n}", ""))
                for name, title in (
                    ("name", _("Option")),
                    ("duration", _("How long it takes")),
                    ("benefits", _("What it does for you")),
                    ("risks", _("What may happen")),
                )
            ],
            "items": [
                (f"item-{n}-{m}", typed.get(f"item-{n}-{m}", "")) for m in range(1, MOST_ITEMS + 1)
            ],
            "wrong": wrong.get(f"items-{n}", ""),
            "is_recommended": typed.get("recommended") == str(n),
        }
        for n in range(1, MOST_OPTIONS + 1)
    ]
    context = {
        "where": where,
        "context": context_of(where),
        "prices": price_list(where.day),
        "options": options,
        "pictures": [
            (
                f"picture-{n}",
                f"caption-{n}",
                typed.get(f"caption-{n}", ""),
                wrong.get(f"picture-{n}"),
            )
            for n in range(1, MOST_PICTURES + 1)
        ],
        "typed": typed,
        "errors": wrong,
        "refused": refused,
    }
    status = refused.status if refused else 200
    return render(request, "clinical/_plan_form.html", context, status=status)
