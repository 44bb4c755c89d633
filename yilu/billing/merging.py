"""What becomes of bills when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("billing_bill", says=_("Bills")),
    Rule("billing_charge", says=_("Charges")),
    Rule("billing_errand", "subject_id", stays="It names a refund or a payment."),
)
