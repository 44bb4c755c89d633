"""What becomes of tickets and waits when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("queueing_ticket", says=_("Queue numbers")),
    Rule("queueing_longwait", says=_("Long waits")),
    Rule("queueing_progressnotice"),
)
