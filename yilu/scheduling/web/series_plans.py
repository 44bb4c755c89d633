"""The plans by which treatments are divided into sittings, kept by page."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue.selectors.services import ServiceInfo, services
from yilu.facility.selectors.sites import SiteInfo
from yilu.platform.forms import Text
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.platform.web.http import ActorRequest, render_page, sent_version, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.scheduling import permissions
from yilu.scheduling.errors import PlanEmpty, UnknownService
from yilu.scheduling.operations.treatment_plans import (
    LONGEST_GAP,
    MOST,
    PlanFacts,
    retire_plan,
    save_plan,
)
from yilu.scheduling.selectors.series import PlanInfo, treatment_plan, treatment_plans
from yilu.scheduling.selectors.topics import series_topic
from yilu.scheduling.sittings import Step, runs_of
from yilu.scheduling.web.here import site_here

ROWS = 8


class PlanForm(forms.Form):
    """A plan: its name, and a row for each sitting or run of equal ones; an empty row counts for
    nothing."""

    name_zh = Text(label=gettext_lazy("Name of the plan"), max_length=80)
    name_en = Text(label=gettext_lazy("Name in English"), max_length=120, required=False)
    same_doctor = forms.BooleanField(
        label=gettext_lazy("One doctor does all sittings"), required=False
    )

    def __init__(self, data: Any, *, offered: list[tuple[str, str]], plan: PlanInfo | None):
        super().__init__(data, initial=_initial(plan))
        choices = [("", "–"), *offered]
        for n in range(ROWS):
            self.fields[f"service_{n}"] = forms.ChoiceField(
                label=_("Service"), choices=choices, required=not n
            )
            for name, words, most in (
                ("times", _("Times"), MOST),
                ("min", _("Days at least"), LONGEST_GAP),
                ("max", _("Days at most"), LONGEST_GAP),
            ):
                self.fields[f"{name}_{n}"] = forms.IntegerField(
                    label=words, min_value=1, max_value=most, required=False
                )

    def rows(self) -> list[tuple[int, Any, list[Any]]]:
        """The rows as a table shows them; the first stands for one sitting, with none before."""
        return [
            (
                n + 1,
                self[f"service_{n}"],
                [self[f"{name}_{n}"] for name in ("times", "min", "max")] if n else [],
            )
            for n in range(ROWS)
        ]

    def facts(self) -> PlanFacts:
        """What was said. An empty least gap is a day, an empty greatest one the least."""
        said = self.cleaned_data
        steps = tuple(
            Step(UUID(said[f"service_{n}"]), said[f"min_{n}"] or 1,
                 said[f"max_{n}"] or said[f"min_{n}"] or 1)
            for n in range(ROWS)
            if said[f"service_{n}"]
            for _time in range((said[f"times_{n}"] or 1) if n else 1)
        )  # fmt: skip
        names = {CHINESE: said["name_zh"], ENGLISH: said["name_en"]}
        name = Localized({language: words for language, words in names.items() if words})
        return PlanFacts(name, steps, said["same_doctor"])


@require_GET
def plans(request: ActorRequest) -> HttpResponse:
    """The plans of a site."""
    site = site_here(request, permissions.SEE)
    found = treatment_plans(site.id, all_of_them=True)
    return render_page(
        request,
        "scheduling/plans.html",
        part="scheduling/_plans.html",
        site=site,
        plans=[(one, _in_words(one)) for one in found],
        may_edit=request.actor.may(permissions.ROSTER, site.id),
        topic=series_topic(site.id),
    )


@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, plan_id: UUID | None = None) -> HttpResponseBase:
    """The dialog of one plan, or of a new one."""
    site = site_here(request, permissions.ROSTER)
    plan = treatment_plan(site.id, plan_id) if plan_id else None
    offered = [(str(one.id), f"{one.name}") for one in services(site.id)]
    form = PlanForm(request.POST or None, offered=offered, plan=plan)

    def save(_kept: dict[str, Any]) -> HttpResponseBase:
        save_plan(
            actor=request.actor,
            site_id=site.id,
            facts=form.facts(),
            plan_id=plan_id,
            version=sent_version(request) if plan_id else None,
        )
        return with_toast(HttpResponse(status=204), _("Plan saved"))

    def show(status: int) -> HttpResponse:
        return _dialog(request, site, form, plan, status)

    if request.method == "GET":
        return show(200)
    try:
        return submit(request, form, save, show)
    except (PlanEmpty, UnknownService) as refused:
        form.add_error(None, str(refused))
        return show(422)


@posted_once
def offer(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """Offer a plan no longer, or again."""
    site = site_here(request, permissions.ROSTER)
    offered = request.POST.get("offered") == "1"
    retire_plan(actor=request.actor, site_id=site.id, plan_id=plan_id, offered=offered)
    return with_toast(HttpResponse(status=204), _("Plan saved"))


def _dialog(
    request: ActorRequest, site: SiteInfo, form: PlanForm, plan: PlanInfo | None, status: int
) -> HttpResponse:
    context = {"form": form, "site": site, "plan": plan, "url": request.path}
    return render(request, "scheduling/_plan.html", context, status=status)


def _initial(plan: PlanInfo | None) -> dict[str, Any]:
    if plan is None:
        return {"same_doctor": True}
    said: dict[str, Any] = {
        "name_zh": plan.name.get(CHINESE, ""),
        "name_en": plan.name.get(ENGLISH, ""),
        "same_doctor": plan.same_doctor,
    }
    for n, (step, times) in enumerate(_rows_of(plan)):
        said |= {f"service_{n}": str(step.service_id), f"times_{n}": times}
        said |= {f"min_{n}": step.min_days or None, f"max_{n}": step.max_days or None}
    return said


def _rows_of(plan: PlanInfo) -> list[tuple[Step, int]]:
    """The first sitting, then the others with how many of the same follow on each other."""
    return [(plan.steps[0], 1), *runs_of(plan.steps[1:])]


def _in_words(plan: PlanInfo) -> list[tuple[Step, ServiceInfo, int]]:
    known = {one.id: one for one in plan.services}
    return [(step, known[step.service_id], times) for step, times in _rows_of(plan)]
