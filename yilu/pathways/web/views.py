"""Worklists, and pathways as a manager reads and publishes them."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any
from uuid import UUID

import yaml
from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yilu.facility.selectors.sites import SiteInfo, visible_sites
from yilu.pathways import permissions
from yilu.pathways.operations import steps
from yilu.pathways.operations.definitions import LONGEST, publish_pathway
from yilu.pathways.rules.chart import BOX_HEIGHT, BOX_WIDTH, chart_of
from yilu.pathways.rules.plan import plan_of
from yilu.pathways.selectors.cases import case_steps
from yilu.pathways.selectors.definitions import (
    current_definitions,
    definition_body,
    versions_of,
)
from yilu.pathways.selectors.topics import worklist_topic
from yilu.pathways.selectors.worklists import notices, posts_at, worklist
from yilu.pathways.web.words import in_words
from yilu.platform import live
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.workforce.selectors.staff import PostInfo, colleagues, posts

# What is done by hand with a step: the operation, what is said, and whether it can be undone.
DEEDS: dict[str, tuple[Any, Any, bool]] = {
    "take": (steps.take_step, gettext_lazy("This is yours now"), False),
    "give-back": (steps.give_back_step, gettext_lazy("Given back to the post"), False),
    "finish": (steps.finish_step, gettext_lazy("Done"), True),
    "reopen": (steps.reopen_step, gettext_lazy("Taken up again"), False),
}
VERSIONED = frozenset({"take", "finish"})


class HandOverForm(VersionedForm):
    """To whom: a colleague who holds a post here today, or another post."""

    to = forms.ChoiceField(label=gettext_lazy("To whom"))

    def __init__(self, choices: Sequence[Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class SkipForm(VersionedForm):
    """Why a step is not needed this time."""

    reason = Text(label=gettext_lazy("Reason"), max_length=200)


class DefinitionForm(VersionedForm):
    """A pathway as YAML, typed or from a file; `version` is the one that was read."""

    text = Text(
        label=gettext_lazy("Definition (YAML)"),
        max_length=LONGEST,
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 24, "spellcheck": "false", "class": "yl-code"}),
    )
    file = forms.FileField(label=gettext_lazy("Or from a file"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        sent = data.get("file")
        if sent is not None and sent.size <= LONGEST:
            try:
                data["text"] = sent.read().decode("utf-8")
            except UnicodeDecodeError:
                self.add_error("file", _("This file is not text in UTF-8."))
        if not data.get("text"):
            self.add_error("text", _("Write the definition, or choose a file."))
        return data


@require_safe
def work(request: ActorRequest) -> HttpResponse:
    """The worklist of one's posts at a site, by due time, with what is late first."""
    site = _site(request)
    readable = posts_at(request.actor, site.id)
    wanted = request.GET.get("post", "")[:40]
    shown = [post for post in readable if not wanted or post.key == wanted]
    if not shown and readable:
        raise NotFound
    keys = [post.key for post in shown]
    context: dict[str, Any] = {
        "site": site,
        "sites": _sites(request),
        "posts": readable,
        "post": wanted,
        "items": worklist(request.actor, site.id, keys),
        "notices": notices(request.actor, site.id, keys),
        "live_topics": " ".join(live.signed(worklist_topic(site.id, key)) for key in keys),
    }
    return render_page(request, "pathways/worklist.html", part="pathways/_worklist.html", **context)


@posted_once
def deed(request: ActorRequest, step_id: UUID, name: str) -> HttpResponseBase:
    """One of the plain deeds with a step."""
    if name not in DEEDS:
        raise NotFound
    run, words, can_undo = DEEDS[name]
    sent = request.POST.get("version", "")
    given = {"version": int(sent)} if name in VERSIONED and sent.isdecimal() else {}
    run(actor=request.actor, step_id=step_id, **given)
    undo = reverse("pathways:deed", args=[step_id, "reopen"]) if can_undo else ""
    return with_toast(HttpResponse(), str(words), undo=undo)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: ActorRequest, step_id: UUID, site_id: UUID) -> HttpResponseBase:
    """Ask to whom; then hand a step over."""
    choices = _takers(posts_at(request.actor, site_id), site_id)
    initial = {"version": request.GET.get("version") or None}
    form = HandOverForm(choices, request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> HttpResponse:
        kind, _sep, key = data["to"].partition(":")
        steps.hand_over_step(
            actor=request.actor,
            step_id=step_id,
            to_user=UUID(key) if kind == "user" else None,
            to_post=key if kind == "post" else "",
            version=data["version"],
        )
        return with_toast(HttpResponse(), _("Handed over"))

    return _dialog(request, form, save, title=_("Hand this over"), label=_("Hand over"))


@require_http_methods(["GET", "HEAD", "POST"])
def skip(request: ActorRequest, step_id: UUID) -> HttpResponseBase:
    """Ask why; then skip a step."""
    form = SkipForm(request.POST or None)

    def save(data: dict[str, Any]) -> HttpResponse:
        steps.skip_step(actor=request.actor, step_id=step_id, reason=data["reason"])
        undo = reverse("pathways:deed", args=[step_id, "reopen"])
        return with_toast(HttpResponse(), _("Skipped"), undo=undo)

    return _dialog(request, form, save, title=_("Not needed this time"), label=_("Skip"))


@posted_once
def seen(request: ActorRequest, notice_id: UUID) -> HttpResponseBase:
    """Put a notice away."""
    steps.see_notice(actor=request.actor, notice_id=notice_id)
    return HttpResponse()


@require_safe
def road(request: ActorRequest, subject_id: UUID) -> HttpResponse:
    """The road of a visit: a part for the guide sheet and the desk."""
    request.actor.require_anywhere(permissions.WORK)
    return render(request, "pathways/_case_road.html", {"steps": case_steps(subject_id)})


@require_safe
def definitions(request: ActorRequest) -> HttpResponse:
    """Every pathway in use."""
    _require_to_see(request)
    lines = current_definitions(_wall(request))
    return render(request, "pathways/definitions.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def definition(request: ActorRequest, key: str) -> HttpResponseBase:
    """One pathway as a flow chart; who may publish writes its next version below."""
    _require_to_see(request)
    form = DefinitionForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _definition(request, key, None, 200)
    if not request.actor.may_anywhere(permissions.PUBLISH):
        raise NotAllowed(permission=permissions.PUBLISH)

    def save(data: dict[str, Any]) -> HttpResponseBase:
        publish_pathway(actor=request.actor, text=data["text"], key=key, version=data["version"])
        return go_to(request, reverse("pathways:definition", args=[key]))

    return submit(request, form, save, lambda status: _definition(request, key, form, status))


def _definition(
    request: ActorRequest, key: str, form: DefinitionForm | None, status: int
) -> HttpResponse:
    asked = request.GET.get("version", "")
    body = definition_body(key, int(asked) if asked.isdecimal() and len(asked) < 7 else None)
    plan = plan_of(body)
    may_publish = request.actor.may_anywhere(permissions.PUBLISH)
    written = yaml.safe_dump(body, allow_unicode=True, sort_keys=False)
    versions = versions_of(request.actor, key, _wall(request))
    begun = {"text": written, "version": versions[0].version}
    context = {
        "plan": plan,
        "chart": chart_of(plan),
        "rows": in_words(plan, {post.key: post for post in posts()}),
        "box": (BOX_WIDTH, BOX_HEIGHT),
        "versions": versions,
        "form": form or (DefinitionForm(initial=begun) if may_publish else None),
    }
    return render(request, "pathways/definition.html", context, status=status)


def _takers(readable: list[PostInfo], site_id: UUID) -> list[Any]:
    people = [(f"user:{one.user_id}", str(one.name)) for one in colleagues(site_id)]
    own = [(f"post:{post.key}", str(post.name)) for post in readable]
    return [(_("Colleagues"), people), (_("Posts"), own)]


def _dialog(
    request: ActorRequest, form: forms.Form, save: Any, *, title: str, label: str
) -> HttpResponseBase:
    def show(status: int) -> HttpResponse:
        context = {"form": form, "title": title, "label": label, "url": request.path}
        return render(request, "platform/_dialog.html", context, status=status)

    return submit(request, form, save, show) if request.method == "POST" else show(200)


def _wall(request: ActorRequest) -> tzinfo:
    """The wall clock that the reader lives by: a pathway is the group's, and has none."""
    sites = visible_sites(request.actor)
    return sites[0].zone if sites else UTC


def _require_to_see(request: ActorRequest) -> None:
    """Who works by pathways may read them, and who publishes them."""
    if not request.actor.may_anywhere(permissions.PUBLISH):
        request.actor.require_anywhere(permissions.WORK)


def _sites(request: ActorRequest) -> list[SiteInfo]:
    request.actor.require_anywhere(permissions.WORK)
    found = visible_sites(request.actor)
    return [site for site in found if request.actor.may(permissions.WORK, site.id)]


def _site(request: ActorRequest) -> SiteInfo:
    """The site asked for by its key, or the first at which the actor works."""
    sites = _sites(request)
    asked = request.GET.get("site", "")
    fitting = [site for site in sites if site.key == asked] if asked else sites
    if not fitting:
        raise NotFound
    return fitting[0]
