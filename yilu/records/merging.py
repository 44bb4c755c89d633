"""What becomes of openings, papers and holds when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("records_opening", says=_("Openings for a stated reason")),
    # One choice a patient: that of the record that stays counts.
    Rule("records_readingstyle", clash="true"),
    Rule("records_paper", says=_("Scanned papers")),
    Rule("records_legalhold", says=_("Legal holds")),
    Rule("records_destroyed", stays="a certificate names the record whose papers were destroyed"),
)
