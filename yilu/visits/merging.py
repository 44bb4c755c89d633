"""What becomes of visits when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("visits_visit", says=_("Visits")),
)
