"""What becomes of messages when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("messaging_message", says=_("Messages")),
)
