"""What becomes of openings when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("records_opening", says=_("Openings for a stated reason")),
    # One choice a patient: that of the record that stays counts.
    Rule("records_readingstyle", clash="true"),
)
