"""The refusals that records can give."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, NotAllowed


class OutsideCare(NotAllowed):
    """The reader has nothing to do with this patient now; a stated reason would open the record."""

    code = "outside_care"
    message = _(
        "You do not look after this patient at present. The record opens for a stated reason, "
        "which is kept and reviewed."
    )

    def way(self) -> tuple[str, str]:
        where = reverse("records:open", args=[self.params["patient_id"]])
        return where, str(_("Open for a reason…"))


class ReasonMissing(Invalid):
    code = "reason_missing"
    message = _("Please say in a sentence why you need this record now.")


class OutOfBounds(Invalid):
    code = "out_of_bounds"
    message = _("This has to be from %(least)s to %(most)s.")


class NothingToOpen(Conflict):
    code = "nothing_to_open"
    message = _("You look after this patient: the record is open to you without a reason.")


class AlreadyReviewed(Conflict):
    code = "already_reviewed"
    message = _("Somebody has reviewed this already.")


class OwnOpening(NotAllowed):
    code = "own_opening"
    message = _("Nobody reviews what they opened themselves.")


class AlreadyClosed(Conflict):
    code = "already_closed"
    message = _("This record is closed already.")
