"""Which department? Asked at the desk, for a walk-in or a booking, and decided by a person."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.intake import permissions as intake
from yilu.intake.operations.pretriage import Complaint, ask_where, decide_otherwise
from yilu.intake.rules.pretriage import rules
from yilu.intake.rules.wording import LONGEST
from yilu.intake.selectors.pretriage import Advice, advice_of, choices, group_name
from yilu.patients.rules.words import Sex
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.errors import Conflict, NotFound
from yilu.platform.forms import Text, VersionedForm
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import submit
from yilu.reception import permissions

OLDEST = 130


class ComplaintForm(forms.Form):
    """What somebody complains of: own words, or choices; age and sex where no record says them."""

    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = Text(
        label=gettext_lazy("What troubles you?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
    )
    age = forms.DecimalField(
        label=gettext_lazy("Age in years"),
        required=False,
        min_value=0,
        max_value=OLDEST,
        decimal_places=2,
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex"), required=False, choices=Sex.choices, initial=Sex.UNKNOWN
    )
    pregnant = forms.BooleanField(label=pgettext_lazy("complaint", "Pregnant"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for group, offered in choices().items():
            self.fields[group] = forms.MultipleChoiceField(
                label=group_name(group),
                required=False,
                choices=[(one.key, str(one.title)) for one in offered],
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def groups(self) -> list[Any]:
        """The choices, a group each, alarms first."""
        return [self[group] for group in choices()]

    def complaint(self) -> Complaint:
        """What was said, as the rules take it."""
        typed = self.cleaned_data
        return Complaint(
            text=typed["text"],
            chosen=tuple(key for group in choices() for key in typed[group]),
            age=float(typed["age"]) if typed["age"] is not None else None,
            sex=typed["sex"] or "",
            pregnant=typed["pregnant"],
        )


class OtherwiseForm(VersionedForm):
    """Where to go instead, and why."""

    department = forms.ChoiceField(label=gettext_lazy("Send to another department"))
    reason = Text(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(key, str(name)) for key, name in rules().departments.items()]
        self.fields["department"].choices = offered  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer on the page, with where it leads."""

    advice: Advice
    walk_in_url: str
    book_url: str


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Ask what troubles somebody; the answer has an address of its own."""
    site = _site(request, site_key)
    patient_id = request.GET.get("patient", "")
    form = ComplaintForm(request.POST or None, initial={"patient": patient_id})

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        kept = ask_where(
            actor=request.actor,
            site_id=site.id,
            complaint=form.complaint(),
            patient_id=typed["patient"],
        )
        url = reverse("reception:where-to", args=[site.key, kept])
        return HttpResponseRedirect(url, status=303)

    def show(status: int) -> HttpResponse:
        return _page(request, site, form, status)

    return submit(request, form, save, show) if request.method == "POST" else show(200)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: ActorRequest, site_key: str, pretriage_id: UUID) -> HttpResponseBase:
    """Where to go, with reasons; a person may decide otherwise, and says why."""
    site = _site(request, site_key)
    advice = advice_of(request.actor, pretriage_id)
    if advice.site_id != site.id:
        raise NotFound
    form = OtherwiseForm(request.POST or None, initial={"version": advice.version})

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        decide_otherwise(
            actor=request.actor,
            pretriage_id=pretriage_id,
            department=typed["department"],
            reason=typed["reason"],
            version=typed["version"],
        )
        return HttpResponseRedirect(request.path, status=303)

    def show(status: int) -> HttpResponse:
        return _page(request, site, ComplaintForm(), status, advice=advice, otherwise=form)

    if request.method != "POST":
        return show(200)
    try:
        return submit(request, form, save, show)
    except Conflict as refused:
        form.add_error(None, str(refused))
        return show(refused.status)


def _site(request: ActorRequest, site_key: str) -> SiteInfo:
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.SEE, site.id)
    request.actor.require(intake.FILL, site.id)
    return site


def _page(
    request: ActorRequest,
    site: SiteInfo,
    form: ComplaintForm,
    status: int,
    *,
    advice: Advice | None = None,
    otherwise: OtherwiseForm | None = None,
) -> HttpResponse:
    patient_id = advice.patient_id if advice else _uuid(form["patient"].value())
    known = patient_briefs(request.actor, [patient_id] if patient_id else [], "pre-triage")
    context = {
        "site": site,
        "form": form,
        "patient": known.get(patient_id) if patient_id else None,
        "shown": _shown(request, site, advice) if advice else None,
        "otherwise": otherwise,
        "title": _("Which department?"),
    }
    return render(request, "reception/where.html", context, status=status)


def _shown(request: ActorRequest, site: SiteInfo, advice: Advice) -> Shown:
    """The answer with its two ways on: a number now, or a time."""
    service, who = advice.place.service, advice.doctor
    query = f"patient={advice.patient_id or ''}&pretriage={advice.id}"
    walk_in, book = "", ""
    if request.actor.may(permissions.WALK_IN, site.id):
        chosen = f"&service={service.id}" if service else ""
        walk_in = f"{reverse('reception:walk-in', args=[site.key])}?{query}{chosen}"
    if service is not None and advice.patient_id:
        doctor = f"&practitioner={who.id}" if who else ""
        day = f"&day={_day(who.soonest.date())}" if who and who.soonest else ""
        book = (
            f"{reverse('scheduling:new')}?site={site.id}&patient={advice.patient_id}"
            f"&service={service.id}{doctor}{day}&channel=desk"
        )
    return Shown(advice, walk_in, book)


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"


def _uuid(typed: object) -> UUID | None:
    try:
        return UUID(str(typed))
    except ValueError:
        return None
