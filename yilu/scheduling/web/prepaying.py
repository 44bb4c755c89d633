"""What services ask for when they are booked: the managers' pages, with the effect shown."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yilu.facility.selectors.sites import site_info
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.forms import VersionedForm
from yilu.platform.money import rounded
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.scheduling import permissions
from yilu.scheduling.operations.prepaying import ask_for_prepayment, set_payment_terms
from yilu.scheduling.selectors.prepaying import ServiceTerms, all_terms, example_fee
from yilu.scheduling.states import Prepay
from yilu.scheduling.terms import Back, RefundRule, Terms, given_back
from yilu.scheduling.web.here import site_here

# How long before its time a booking is cancelled in the examples.
HOURS = (72, 24, 12, 2, 1)


class TermsForm(VersionedForm):
    """What one service asks for, of whom, and what goes back."""

    kind = forms.ChoiceField(label=gettext_lazy("Paid when booking"), choices=Prepay.choices)
    amount = forms.DecimalField(
        label=gettext_lazy("Deposit, a sum"), min_value=Decimal("0.01"), max_digits=10,
        decimal_places=2, required=False,
    )  # fmt: skip
    percent = forms.IntegerField(
        label=gettext_lazy("or a share of the fee, in %"), min_value=1, max_value=100,
        required=False,
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to pay"), min_value=5, max_value=1440, initial=15
    )
    online = forms.BooleanField(
        label=gettext_lazy("Must be paid when booked online"), required=False, initial=True
    )
    partner = forms.BooleanField(
        label=gettext_lazy("Must be paid when booked through a partner"), required=False,
        initial=True,
    )  # fmt: skip
    desk = forms.BooleanField(
        label=gettext_lazy("The desk may ask for it"), required=False, initial=True
    )
    full_hours = forms.IntegerField(
        label=gettext_lazy("All of it back until, hours before"), min_value=0, max_value=720,
        initial=24,
    )  # fmt: skip
    part_hours = forms.IntegerField(
        label=gettext_lazy("A part back until, hours before"), min_value=0, max_value=720, initial=2
    )
    part_percent = forms.IntegerField(
        label=pgettext_lazy("refund", "The part, in %"), min_value=0, max_value=100, initial=50
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        one_of = (said.get("amount") is None) != (said.get("percent") is None)
        if said.get("kind") == Prepay.DEPOSIT and not one_of:
            self.add_error("amount", _("Please give a sum or a share, one of the two."))
        if (said.get("full_hours") or 0) < (said.get("part_hours") or 0):
            self.add_error("full_hours", _("All of it goes back earlier than a part does."))
        return said

    def terms(self) -> Terms:
        """What was typed."""
        said = self.cleaned_data
        is_deposit = said["kind"] == Prepay.DEPOSIT
        return Terms(
            kind=said["kind"],
            amount=said["amount"] if is_deposit else None,
            percent=said["percent"] if is_deposit else None,
            online=said["online"],
            partner=said["partner"],
            desk=said["desk"],
            minutes=said["minutes"],
            rule=RefundRule(said["full_hours"], said["part_hours"], said["part_percent"]),
        )


@require_GET
def services(request: ActorRequest) -> HttpResponse:
    """Every service with what it asks for."""
    site = site_here(request, permissions.RULES)
    context = {"site": site, "services": all_terms(request.actor, site.id)}
    return render(request, "scheduling/prepaying.html", context)


@require_http_methods(["GET", "POST"])
def service(request: ActorRequest, site_id: UUID, service_id: UUID) -> HttpResponseBase:
    """Set what a service asks for; with `?look`, only say what would follow."""
    found = [o for o in all_terms(request.actor, site_id) if o.service.id == service_id]
    if not found:
        raise NotFound
    form = TermsForm(request.POST or None, initial=_known(found[0]))
    if request.method == "POST" and "look" in request.GET:
        return _look(request, form, service_id)

    def show(status: int) -> HttpResponse:
        context = {
            "form": form, "one": found[0], "site": site_info(site_id), "url": request.path,
            "fields": [form[name] for name in form.base_fields if name != "version"],
        }  # fmt: skip
        return render(request, "scheduling/payment_terms.html", context, status=status)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        set_payment_terms(
            actor=request.actor, site_id=site_id, service_id=service_id, terms=form.terms(),
            version=said["version"] if found[0].version else None,
        )  # fmt: skip
        answer: Any = go_to(request, f"{reverse('scheduling:prepaying')}?site={site_id}")
        return with_toast(answer, _("Set. Bookings made before keep their own rule."))

    return show(200) if request.method != "POST" else submit(request, form, save, show)


@posted_once
def ask(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Have the desk ask for a deposit: the patient is sent a link to pay it."""
    ask_for_prepayment(actor=request.actor, booking_id=booking_id)
    return with_toast(HttpResponse(status=204), _("Asked for; the patient gets a link to pay."))


def _look(request: ActorRequest, form: TermsForm, service_id: UUID) -> HttpResponse:
    context: dict[str, Any] = {"is_valid": form.is_valid()}
    if form.is_valid():
        terms, fee = form.terms(), example_fee(service_id)
        due = terms.due(fee)
        context |= {"terms": terms, "due": due, "fee": fee, "backs": _examples(terms, due)}
    return render(request, "scheduling/_terms_effect.html", context)


def _examples(terms: Terms, due: Decimal) -> list[tuple[int, Back]]:
    now = clock.now()
    return [
        (n, given_back(rounded(due), terms.rule, now + timedelta(hours=n), now, is_clinics=False))
        for n in HOURS
    ]


def _known(one: ServiceTerms) -> dict[str, Any]:
    if one.terms is None:
        return {"version": one.version}
    t = one.terms
    return {
        "kind": t.kind, "amount": t.amount, "percent": t.percent, "minutes": t.minutes,
        "online": t.online, "partner": t.partner, "desk": t.desk,
        "full_hours": t.rule.full_hours, "part_hours": t.rule.part_hours,
        "part_percent": t.rule.part_percent, "version": one.version,
    }  # fmt: skip
