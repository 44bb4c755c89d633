"""Opening a further site."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from yilu.facility import permissions as facility
from yilu.facility.operations.sites import SiteFacts
from yilu.facility.selectors.places import HOLIDAY_RULES
from yilu.facility.selectors.sites import open_sites
from yilu.platform.forms import Text
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import submit
from yilu.workforce import permissions as workforce
from yilu.workspace.operations.another_site import open_another_site


class NewSiteForm(forms.Form):
    """What is said about a new site."""

    name_zh = Text(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_en = Text(label=gettext_lazy("Name in English"), max_length=160, required=False)
    short_name_zh = Text(label=gettext_lazy("Short name"), max_length=40)
    short_name_en = Text(label=gettext_lazy("Short name in English"), max_length=60, required=False)
    address_zh = Text(label=gettext_lazy("Address"), max_length=200)
    address_en = Text(label=gettext_lazy("Address in English"), max_length=300, required=False)
    phone = Text(label=gettext_lazy("Telephone"), max_length=30, required=False)
    holiday_rule = forms.ChoiceField(
        label=gettext_lazy("On public holidays"), choices=HOLIDAY_RULES, widget=forms.RadioSelect
    )
    hours_of = forms.TypedChoiceField(
        label=gettext_lazy("Opening hours as at"), coerce=UUID, empty_value=None, required=False
    )
    time_zone = Text(
        label=gettext_lazy("Time zone"),
        max_length=60,
        help_text=gettext_lazy("It can never be changed later."),
    )

    def __init__(self, data: Any) -> None:
        sites = open_sites()
        zone = sites[0].zone.key if sites else "Asia/Shanghai"
        initial = {"time_zone": zone, "holiday_rule": HOLIDAY_RULES[0][0]}
        if sites:
            initial["hours_of"] = str(sites[0].id)
        super().__init__(data, initial=initial, auto_id="dialog_%s")
        field: Any = self.fields["hours_of"]
        choices = [(str(one.id), str(one.name)) for one in sites]
        field.choices = [("", gettext_lazy("none yet")), *choices]

    def facts(self) -> SiteFacts:
        """What was said about the site."""
        said = self.cleaned_data
        return SiteFacts(
            name=_words(said, "name"),
            short_name=_words(said, "short_name"),
            address=_words(said, "address"),
            phone=said["phone"],
            holiday_rule=said["holiday_rule"],
            position=len(open_sites()),
        )


@require_http_methods(["GET", "POST"])
def new_site(request: ActorRequest) -> HttpResponseBase:
    """Open a further site of the group."""
    request.actor.require_anywhere(facility.MANAGE)
    request.actor.require_anywhere(workforce.MANAGE)
    form = NewSiteForm(request.POST or None)

    def save(said: dict[str, Any]) -> HttpResponseBase:
        made = open_another_site(
            actor=request.actor,
            facts=form.facts(),
            time_zone=said["time_zone"],
            hours_of=said["hours_of"],
        )
        answer: Any = go_to(request, reverse("facility:site", args=[made]))
        words = _("The site is open. Now add departments and rooms, then set up its queues.")
        return with_toast(answer, words)

    def show(status: int) -> HttpResponse:
        return render_page(
            request,
            "platform/form.html",
            part="platform/_dialog.html",
            status=status,
            form=form,
            title=_("New site"),
            url=request.path,
            label=_("Open the site"),
        )

    return show(200) if request.method != "POST" else submit(request, form, save, show)


def _words(said: dict[str, Any], name: str) -> Localized:
    both = {CHINESE: said[f"{name}_zh"], ENGLISH: said[f"{name}_en"]}
    return Localized({language: words for language, words in both.items() if words})
