"""What troubles a visitor: which department that belongs to, and getting worse while waiting."""

from django import forms
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from yilu.intake import permissions as intake
from yilu.intake.errors import NotWithUs
from yilu.intake.operations.pretriage import Complaint, ask_where
from yilu.intake.operations.worse import say_worse
from yilu.intake.selectors.pretriage import advice_of, choices, group_name
from yilu.kiosk.operations.devices import call_for_help
from yilu.kiosk.operations.visitors import Known
from yilu.kiosk.selectors.offers import offers
from yilu.kiosk.selectors.standing import owner, standing
from yilu.kiosk.web.frame import Kiosk, page, refused_page, with_proof, with_visitor
from yilu.platform import throttle
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import once

CHANNEL = "kiosk"
MOST, SECONDS = 12, 600
READING_SECONDS = 90


class ComplaintForm(forms.Form):
    """What can be touched instead of typed."""

    chosen = forms.MultipleChoiceField(
        error_messages={"required": _("Please touch at least one thing that troubles you.")}
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.touched = frozenset(data.getlist("chosen") if data else ())
        found = [(one.key, str(one.title)) for many in choices().values() for one in many]
        self.fields["chosen"].choices = found  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """By part of the body: key, words and whether it was touched."""
        return [
            (group_name(key), [(one.key, str(one.title), one.key in self.touched) for one in many])
            for key, many in choices().items()
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@with_proof
def where(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponseBase:
    """Ask what troubles somebody, and say what to take a number for.

    What must not wait calls a person to the kiosk at once.
    """
    form = ComplaintForm(request.POST or None)
    if request.method != "POST":
        return page(request, kiosk, "where", form=form, seconds=READING_SECONDS)
    throttle.take(f"kiosk:where:{known.patient_id}", MOST, SECONDS)
    if not form.is_valid():
        return page(request, kiosk, "where", status=422, form=form, seconds=READING_SECONDS)
    mine = owner(kiosk.actor, known.patient_id, booking_id=None, is_proved=True)

    def run() -> HttpResponse:
        kept = ask_where(
            actor=mine,
            site_id=kiosk.site.id,
            complaint=Complaint(chosen=tuple(form.cleaned_data["chosen"])),
            patient_id=known.patient_id,
            channel=CHANNEL,
        )
        advice = advice_of(mine, kept, online=True)
        if advice.is_emergency:
            call_for_help(actor=kiosk.actor, site_id=kiosk.site.id)
        fits = advice.place.service
        offer = next((o for o in offers(kiosk.site) if fits and o.service_id == fits.id), None)
        return page(request, kiosk, "where_to", advice=advice, offer=offer, seconds=READING_SECONDS)

    return once(request, run)


@require_POST
@with_visitor
def worse(request: ActorRequest, kiosk: Kiosk, known: Known) -> HttpResponseBase:
    """Call the nurse to a visitor who waits; then say what to do until somebody comes."""
    now = standing(
        kiosk.actor, kiosk.site, known.patient_id,
        booking_id=known.booking_id, is_proved=known.is_proved,
    )  # fmt: skip
    visit = now.visit
    if visit is None:
        return refused_page(request, kiosk, NotWithUs(), back=kiosk.url("me"))
    throttle.take(f"kiosk:worse:{visit.id}", MOST, SECONDS)

    def run() -> HttpResponse:
        say_worse(actor=kiosk.actor.lent(intake.FILL), visit_id=visit.id, channel=CHANNEL)
        return page(request, kiosk, "worse", seconds=60)

    try:
        return once(request, run)
    except NotWithUs as refused:
        return refused_page(request, kiosk, refused, back=kiosk.url("me"))
