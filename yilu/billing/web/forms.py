"""What a cashier types."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from yilu.platform.forms import Text
from yilu.platform.money import LARGEST


class Sum(forms.DecimalField):
    """A sum of money, to the cent; full-width digits are read too."""

    def __init__(self, **options: object) -> None:
        limits = {"max_digits": 12, "decimal_places": 2, "max_value": LARGEST}
        super().__init__(**(limits | {"min_value": Decimal("0.01")} | options))  # type: ignore[arg-type]
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}


class CashForm(forms.Form):
    """Cash that a patient hands over, for the sum that was read out or for a part of it."""

    tendered = Sum(label=_("Received"))
    is_part = forms.BooleanField(required=False)
    due = Sum(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """A wish to be paid by code."""

    due = Sum(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class RefundForm(forms.Form):
    """How much goes back, and why."""

    amount = Sum(label=_("Amount"))
    reason = Text(label=_("Reason"), max_length=200)
