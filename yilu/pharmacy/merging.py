"""What becomes of dispensing when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("pharmacy_dispense", says=_("Medicine handed over")),
)
