"""What becomes of questionnaires when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("intake_sheet", says=_("Questionnaires")),
    Rule("intake_pretriage"),
    Rule("intake_feltworse"),
)
