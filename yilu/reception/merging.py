"""What becomes of what the desk keeps when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("reception_incident", says=_("Incidents")),
    Rule("reception_call", says=_("Telephone calls")),
    Rule("reception_callback", says=_("Calls to be returned")),
)
