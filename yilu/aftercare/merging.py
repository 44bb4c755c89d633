"""What becomes of follow-ups when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("aftercare_followup", says=_("Follow-ups")),
)
