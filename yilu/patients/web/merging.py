"""Comparing two records, making one of them, and taking that back."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from yilu.patients.errors import MergeClash, MergedAway
from yilu.patients.operations.merges import LONGEST_REASON, merge_patients, undo_merge
from yilu.patients.rules.choices import CHOICES
from yilu.patients.rules.queries import LONGEST
from yilu.patients.selectors.comparing import Comparison, comparison
from yilu.patients.selectors.merges import doubles, merge_line, merges
from yilu.patients.selectors.patients import patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.platform.errors import Conflict
from yilu.platform.forms import Text
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import submit


class ReasonForm(forms.Form):
    """Why."""

    reason = Text(label=gettext_lazy("Reason"), max_length=LONGEST_REASON)


class MergeForm(ReasonForm):
    """Which of the two stays, whose facts hold, and what the page showed."""

    sexes_reason = Text(
        label=gettext_lazy("How you know that both are one person"),
        max_length=LONGEST_REASON,
        required=False,
    )
    survivor = forms.IntegerField(min_value=0, max_value=1)
    version_0 = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    version_1 = forms.IntegerField(min_value=0, max_value=2**31 - 1)


@require_GET
def of_patient(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """The part of a patient's page about doubles."""
    return render(request, "patients/_doubles.html", {"found": doubles(request.actor, patient_id)})


@require_GET
def choose(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """Whom to compare a patient with: probable doubles, or anybody found."""
    typed = request.GET.get("q", "").strip()[:LONGEST]
    found = doubles(request.actor, patient_id)
    hits = search_patients(request.actor, typed)
    return render_page(
        request,
        "patients/merge_choose.html",
        part="patients/_merge_hits.html",
        patient=patient_briefs(request.actor, [patient_id], "patients.compare")[patient_id],
        found=found,
        q=typed,
        hits=[hit for hit in hits if hit.id != patient_id and not hit.is_elsewhere],
    )


def compare(request: ActorRequest, patient_id: UUID, other_id: UUID) -> HttpResponseBase:
    """Two records side by side; sent, they are one."""
    try:
        seen = comparison(request.actor, patient_id, other_id)
    except MergedAway as gone:
        return _open(request, gone.params["patient_id"])
    form = MergeForm(request.POST or None)
    form.fields["sexes_reason"].required = seen.sexes_differ

    def again(status: int = 200) -> HttpResponse:
        context = {"seen": _as_chosen(request, seen), "form": form}
        part = "patients/_merge.html"
        return render_page(request, "patients/merge.html", part=part, status=status, **context)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        n = typed["survivor"]
        survivor = seen.sides[n].id
        merge_patients(
            actor=request.actor,
            survivor_id=survivor,
            merged_id=seen.sides[1 - n].id,
            reason=typed["reason"],
            sexes_reason=typed["sexes_reason"],
            take=_taken(request, seen, n),
            versions=(typed[f"version_{n}"], typed[f"version_{1 - n}"]),
        )
        return _open(request, survivor, _("The two records are one now"))

    if request.method != "POST":
        return again()
    try:
        return submit(request, form, save, again)
    except MergeClash as clash:
        form.add_error(None, str(clash))
        return again(409)


@require_GET
def list_(request: ActorRequest) -> HttpResponse:
    """The latest merges."""
    return render(request, "patients/merges.html", {"found": merges(request.actor)})


def undo(request: ActorRequest, merge_id: UUID) -> HttpResponseBase:
    """The dialog that asks why, and what comes of it."""
    line = merge_line(request.actor, merge_id)
    form = ReasonForm(request.POST or None)

    def again(status: int = 200) -> HttpResponse:
        context = {"form": form, "url": request.path, "line": line}
        return render(request, "patients/_unmerge.html", context, status=status)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        undo_merge(actor=request.actor, merge_id=merge_id, reason=typed["reason"])
        return _open(request, line.survivor_id, _("There are two records again"))

    if request.method != "POST":
        return again()
    try:
        return submit(request, form, save, again)
    except Conflict as refused:
        form.add_error(None, str(refused))
        return again(refused.status)


def _taken(request: HttpRequest, seen: Comparison, survivor: int) -> list[str]:
    """The facts whose value is chosen from the record that does not stay."""
    other = str(1 - survivor)
    differ = {fact.name for fact in seen.facts if not fact.is_same}
    return [name for name in CHOICES if name in differ and request.POST.get(name) == other]


def _as_chosen(request: HttpRequest, seen: Comparison) -> Comparison:
    """With what was chosen already on a form that comes back."""
    sides = {"0": 0, "1": 1}
    facts = [
        replace(fact, chosen=sides.get(request.POST.get(fact.name, ""), fact.chosen))
        for fact in seen.facts
    ]
    survivor = sides.get(request.POST.get("survivor", ""), seen.survivor)
    return replace(seen, facts=facts, survivor=survivor)


def _open(request: HttpRequest, patient_id: object, said: str = "") -> HttpResponseBase:
    response = go_to(request, reverse("patients:patient", args=[patient_id]))
    return with_toast(response, said) if said and isinstance(response, HttpResponse) else response
