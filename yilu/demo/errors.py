"""The refusals that the demonstration can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict


class ClinicExists(Conflict):
    code = "clinic_exists"
    message = _("There is a clinic in this database already; nothing was changed.")


class DemonstrationNotAllowed(Conflict):
    code = "demonstration_not_allowed"
    message = _(
        "No demonstration is loaded here: YILU_DEMO is 0, or the database is your own and "
        "YILU_DEMO is not 1."
    )
