"""Shares of channels at the desk: what each has sold, and the templates behind it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from yilu.facility.selectors.sites import site_info
from yilu.platform.errors import DomainError
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyRuled, ShareIncomplete
from yilu.scheduling.operations.plans import PlanFacts, foresee_plan, retire_plan, set_plan
from yilu.scheduling.selectors.release_plans import (
    PlanInfo,
    people_to_rule,
    release_plan,
    release_plans,
    ruled_sessions,
    told,
)
from yilu.scheduling.selectors.topics import roster_topic
from yilu.scheduling.shares import Share
from yilu.scheduling.states import ChannelGroup, ShareUnit
from yilu.scheduling.web.here import site_here
from yilu.scheduling.web.roster_forms import TIME, WEEKDAYS

MOST_SHOWN = 12


class PlanForm(VersionedForm):
    """A template: for each kind of channel how much and from when."""

    name = Text(label=gettext_lazy("Name of the template"), max_length=60)
    unit = forms.ChoiceField(
        label=gettext_lazy("Shares count"), choices=ShareUnit.choices, initial=ShareUnit.BOOKINGS
    )
    falls_hours = forms.IntegerField(
        label=gettext_lazy("The rest falls to all, hours before"), min_value=0, max_value=720,
        initial=24,
    )  # fmt: skip
    per_person = forms.IntegerField(
        label=gettext_lazy("Bookings of a patient with a doctor a day"), min_value=1, max_value=20,
        initial=1,
    )  # fmt: skip
    has_draw = forms.BooleanField(
        label=gettext_lazy("Online through the waiting room, with a draw"), required=False
    )
    needs_id = forms.BooleanField(
        label=gettext_lazy("Only for patients whose identity number is known"), required=False
    )
    resources = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Whose sessions"), coerce=UUID, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On these weekdays; none means every day"), coerce=int, required=False,
        choices=list(enumerate(WEEKDAYS)), widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, data: Any, people: list[tuple[str, str]], plan: PlanInfo | None) -> None:
        super().__init__(data, initial=_known(plan))
        self.fields["resources"].choices = people  # type: ignore[attr-defined]
        for group in ChannelGroup:
            self._ask(group, plan.shares.get(group) if plan else None)

    def _ask(self, group: ChannelGroup, known: Share | None) -> None:
        named: dict[str, Any] = {"label": group.label, "required": False}

        def look(what: Any) -> dict[str, str]:
            return {"class": "form-control", "aria-label": f"{group.label} · {what}"}

        self.fields[f"amount_{group}"] = forms.IntegerField(
            min_value=0, max_value=2000, initial=known.amount if known else None,
            widget=forms.NumberInput(look(_("At most; empty means no limit"))), **named,
        )  # fmt: skip
        self.fields[f"days_{group}"] = forms.IntegerField(
            min_value=0, max_value=180, initial=known.days_ahead if known else None,
            widget=forms.NumberInput(look(_("Released, days before"))), **named,
        )  # fmt: skip
        self.fields[f"at_{group}"] = forms.TimeField(
            initial=known.released_at if known else None,
            widget=forms.TimeInput(
                format="%H:%M", attrs=TIME | look(pgettext("time of release", "at"))
            ),
            **named,
        )

    def plain(self) -> list[Any]:
        """The fields beside the shares."""
        return [self[name] for name in self.base_fields if name != "version"]

    def groups(self) -> list[tuple[Any, Any, Any, Any]]:
        """A kind of channel with how much, how many days before, and the time of day."""
        return [
            (g.label, self[f"amount_{g}"], self[f"days_{g}"], self[f"at_{g}"]) for g in ChannelGroup
        ]

    def facts(self) -> PlanFacts:
        """What was typed."""
        said = self.cleaned_data
        shares = (
            Share(g, said[f"amount_{g}"], said[f"days_{g}"], said[f"at_{g}"]) for g in ChannelGroup
        )
        return PlanFacts(
            name=said["name"],
            shares=tuple(
                s for s in shares if (s.amount, s.days_ahead, s.released_at) != (None,) * 3
            ),
            resource_ids=tuple(said["resources"]),
            weekdays=tuple(said["weekdays"]),
            unit=said["unit"],
            falls_hours=said["falls_hours"],
            per_person=said["per_person"],
            has_draw=said["has_draw"],
            needs_id=said["needs_id"],
        )


@require_GET
def channels(request: ActorRequest) -> HttpResponse:
    """What each kind of channel has sold of the next week's ruled sessions, and the templates."""
    site = site_here(request, permissions.SEE)
    return render_page(
        request,
        "scheduling/channels.html",
        part="scheduling/_channels.html",
        site=site,
        plans=release_plans(request.actor, site.id),
        sessions=ruled_sessions(request.actor, site.id),
        may_roster=request.actor.may(permissions.ROSTER, site.id),
        may_set_rules=request.actor.may(permissions.RULES, site.id),
        topic=roster_topic(site.id),
        part_url=f"{request.path}?site={site.id}",
    )


@require_http_methods(["GET", "POST"])
def plan(request: ActorRequest, site_id: UUID, plan_id: UUID | None = None) -> HttpResponseBase:
    """Make or change a template; with `?look`, only say what it would do."""
    request.actor.require_to_see(permissions.SEE, site_id)
    request.actor.require(permissions.ROSTER, site_id)
    known = release_plan(request.actor, site_id, plan_id) if plan_id else None
    people = [(str(one.id), one.name) for one in people_to_rule(request.actor, site_id)]
    form = PlanForm(request.POST or None, people, known)

    def keep() -> UUID:
        version = form.cleaned_data["version"] if known else None
        return set_plan(
            actor=request.actor, site_id=site_id, facts=form.facts(), plan_id=plan_id,
            version=version,
        )  # fmt: skip

    if request.method == "POST" and "look" in request.GET:
        return _look(request, site_id, form, keep)

    def show(status: int) -> HttpResponse:
        context = {
            "form": form,
            "plan": known,
            "site": site_info(site_id),
            "url": request.path,
        }
        return render_page(
            request,
            "scheduling/release_plan.html",
            part="scheduling/_release_plan.html",
            status=status,
            **context,
        )

    def save(_said: dict[str, Any]) -> HttpResponseBase:
        keep()
        url = f"{reverse('scheduling:channels')}?site={site_id}"
        answer: Any = go_to(request, url)
        return with_toast(answer, _("The template is set."))

    if request.method != "POST":
        return show(200)
    try:
        return submit(request, form, save, show)
    except (AlreadyRuled, ShareIncomplete) as refused:
        form.add_error(None, str(refused))
        return show(422)


@posted_once
def retire(request: ActorRequest, site_id: UUID, plan_id: UUID) -> HttpResponseBase:
    """Let a template rule nothing any more."""
    retire_plan(actor=request.actor, site_id=site_id, plan_id=plan_id)
    url = f"{reverse('scheduling:channels')}?site={site_id}"
    answer: Any = go_to(request, url)
    return with_toast(answer, _("Every channel may sell these sessions now."))


def _look(request: ActorRequest, site_id: UUID, form: PlanForm, keep: Any) -> HttpResponse:
    found, refused = [], ""
    if form.is_valid():
        try:
            found = told(foresee_plan(actor=request.actor, site_id=site_id, try_out=keep))
        except DomainError as refusal:
            refused = str(refusal)
    over = [
        one for one in found if any(g.amount is not None and g.used > g.amount for g in one.groups)
    ]
    context = {
        "sessions": found[:MOST_SHOWN], "many": len(found), "over": len(over), "refused": refused,
        "is_valid": form.is_valid(),
    }  # fmt: skip
    return render(request, "scheduling/_release_effect.html", context)


def _known(plan: PlanInfo | None) -> dict[str, Any]:
    if plan is None:
        return {}
    return {
        "name": plan.name, "unit": plan.unit, "falls_hours": plan.falls_hours,
        "per_person": plan.per_person, "has_draw": plan.has_draw, "needs_id": plan.needs_id,
        "resources": [str(one) for one in plan.resource_ids], "weekdays": list(plan.weekdays),
        "version": plan.version,
    }  # fmt: skip
