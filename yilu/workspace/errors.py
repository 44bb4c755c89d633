"""The refusals that workspace can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict


class AlreadySetUp(Conflict):
    code = "already_set_up"
    message = _("This clinic is set up already. Please sign in.")
