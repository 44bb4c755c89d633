"""What becomes of screenings and case reports when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("outbreak_screening", says=_("Entry screenings")),
    Rule("outbreak_casereport", says=_("Reports of suspected cases")),
)
