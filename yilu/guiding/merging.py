"""What becomes of guides' tasks when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(Rule("guiding_guidetask", says=_("Ways with a guide")))
