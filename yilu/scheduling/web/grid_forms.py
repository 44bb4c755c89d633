"""What the desk grid sends: where a booking goes, how long it is to be."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yilu.platform.forms import Text


class InstantField(forms.CharField):
    """An instant with its offset, as ISO 8601 writes it."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            instant = datetime.fromisoformat(text)
            instant.astimezone()
        except (ValueError, OverflowError) as error:
            raise ValidationError(_("Please choose a time."), code="unreadable") from error
        if instant.tzinfo is None:
            raise ValidationError(_("Please choose a time."), code="unreadable")
        return instant


class DropForm(forms.Form):
    """Where a booking is dropped: a time, and the column or the practitioner."""

    starts_at = InstantField()
    resource = forms.UUIDField(required=False)
    practitioner = forms.UUIDField(required=False)
    minutes = forms.IntegerField(required=False, min_value=1, max_value=1440)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    overrule_reason = Text(required=False, max_length=200)


class SizeForm(forms.Form):
    """How long a booking is to be."""

    minutes = forms.IntegerField(min_value=1, max_value=1440)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    overrule_reason = Text(required=False, max_length=200)


class GapForm(forms.Form):
    """A free time of a column."""

    starts_at = InstantField()
    ends_at = InstantField()


class GiveForm(forms.Form):
    """The time that somebody who waits is given; in a column of a thing, with whom."""

    starts_at = InstantField()
    practitioner = forms.UUIDField(required=False)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
