"""The rules for patients as managers set them, and what follows from them for one patient."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue.selectors.services import all_services
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import submit
from yilu.scheduling import permissions
from yilu.scheduling.operations.patient_rules import forgive_patient, set_patient_rules
from yilu.scheduling.patient_rules import RuleBook, rule_book
from yilu.scheduling.selectors.patient_rules import kept_from, patient_bar
from yilu.scheduling.states import Consequence
from yilu.scheduling.web.here import site_here


def _number(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=most)


class RulesForm(VersionedForm):
    """How much patients may book by themselves, and what follows from missed visits."""

    per_day = _number(gettext_lazy("Bookings of a patient on one day"), 50)
    per_department = _number(gettext_lazy("of these in one department"), 50)
    per_doctor = _number(gettext_lazy("of these with one doctor"), 50)
    open_most = _number(gettext_lazy("Bookings of a patient to come, in all"), 200)
    misses = _number(gettext_lazy("Missed visits that count as too many"), 50)
    months = _number(gettext_lazy("within so many months"), 24)
    consequence = forms.ChoiceField(
        label=gettext_lazy("What follows online"), choices=Consequence.choices
    )
    days = _number(gettext_lazy("for so many days after the last one"), 180)
    urgent_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Urgent services, which no rule ever binds"), coerce=UUID,
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, data: Any, book: RuleBook) -> None:
        known = asdict(book) | {"urgent_ids": [str(one) for one in book.urgent_ids]}
        super().__init__(data, initial=known)
        services = [(str(o.id), str(o.name)) for o in all_services() if o.is_active]
        self.fields["urgent_ids"].choices = services  # type: ignore[attr-defined]

    def book(self) -> RuleBook:
        """What was typed."""
        said = dict(self.cleaned_data)
        said["urgent_ids"] = tuple(said["urgent_ids"])
        return RuleBook(**said | {"version": said["version"] or 0})


class ForgiveForm(forms.Form):
    """Why what was missed does not count."""

    reason = Text(label=gettext_lazy("Reason"), max_length=200)


@require_http_methods(["GET", "POST"])
def rules(request: ActorRequest) -> HttpResponseBase:
    """The rules of the group, and who is bound by them now."""
    site = site_here(request, permissions.RULES)
    book = rule_book()
    form = RulesForm(request.POST or None, book)

    def show(status: int) -> HttpResponse:
        context = {
            "form": form, "site": site, "url": request.path,
            "fields": [form[name] for name in form.base_fields if name != "version"],
            "kept": kept_from(request.actor, site.id),
        }  # fmt: skip
        return render(request, "scheduling/patient_rules.html", context, status=status)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        set_patient_rules(
            actor=request.actor, site_id=site.id, book=form.book(),
            version=said["version"] or None,
        )  # fmt: skip
        answer: Any = go_to(request, f"{reverse('scheduling:patient-rules')}?site={site.id}")
        return with_toast(answer, _("The rules are set."))

    return show(200) if request.method != "POST" else submit(request, form, save, show)


@require_GET
def of_patient(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """What follows for a patient from missed visits, for their page."""
    bar = patient_bar(request.actor, patient_id)
    may = request.actor.may_anywhere(permissions.FORGIVE)
    context = {"bar": bar, "patient_id": patient_id, "may_forgive": may}
    return render(request, "scheduling/_patient_bar.html", context)


@require_http_methods(["GET", "POST"])
def forgive(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """Ask why, then let what was missed not count any more."""
    site = site_here(request, permissions.FORGIVE)
    form = ForgiveForm(request.POST or None)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        forgive_patient(
            actor=request.actor, site_id=site.id, patient_id=patient_id, reason=said["reason"]
        )
        answer: Any = go_to(request, reverse("patients:patient", args=[patient_id]))
        return with_toast(answer, _("What was missed does not count any more."))

    def show(status: int) -> HttpResponse:
        context = {
            "form": form, "url": request.path,
            "title": _("Let missed visits not count any more?"),
            "text": _("The patient can book online as ever from now on. The reason is kept."),
            "label": _("Let them not count"),
        }  # fmt: skip
        return render(request, "platform/_dialog.html", context, status=status)

    return show(200) if request.method != "POST" else submit(request, form, save, show)
