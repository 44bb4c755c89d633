"""The forms of interop's pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.facility.selectors.sites import SiteInfo
from yilu.interop.operations.partners import PartnerFacts
from yilu.platform.forms import Text, VersionedForm
from yilu.scheduling.selectors.resources import ResourceInfo


class PartnerForm(VersionedForm):
    """What was agreed with a partner."""

    name = Text(label=_("Name of the platform"), max_length=120)
    sites = forms.MultipleChoiceField(
        label=pgettext_lazy("partner", "Sites"), widget=forms.CheckboxSelectMultiple
    )
    bookings_per_day = forms.IntegerField(
        label=_("Bookings a day"), min_value=0, max_value=10_000, initial=50
    )
    holds_at_once = forms.IntegerField(
        label=_("Times kept at once"), min_value=0, max_value=200, initial=5
    )
    requests_per_minute = forms.IntegerField(
        label=_("Requests a minute"), min_value=1, max_value=6_000, initial=120
    )
    webhook_url = Text(label=_("Webhook address"), max_length=300, required=False)

    def offer(self, sites: Sequence[SiteInfo]) -> None:
        """Let these sites be chosen."""
        field = self.fields["sites"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(site.id), str(site.short_name)) for site in sites]


def facts(typed: dict[str, Any]) -> PartnerFacts:
    """What was typed, as the operations take it."""
    return PartnerFacts(
        name=typed["name"],
        sites=tuple(UUID(one) for one in typed["sites"]),
        requests_per_minute=typed["requests_per_minute"],
        bookings_per_day=typed["bookings_per_day"],
        holds_at_once=typed["holds_at_once"],
        webhook_url=typed["webhook_url"],
    )


class FeedForm(forms.Form):
    """Whose calendar."""

    resource = forms.ChoiceField(label=_("Practitioner or room"))
    shows_names = forms.BooleanField(
        label=_("With patients’ names: whoever has the address reads them"), required=False
    )

    def offer(self, resources: Sequence[ResourceInfo], *, may_name: bool) -> None:
        """Let these be chosen; without the right to, names are not offered."""
        field = self.fields["resource"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(one.id), f"{one.name} · {one.kind_label}") for one in resources]
        if not may_name:
            del self.fields["shows_names"]
