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


class PaperIncomplete(Invalid):
    code = "paper_incomplete"
    message = _("Please say what this is and of which day.")


class NoPages(Invalid):
    code = "no_pages"
    message = _("Choose at least one page: a PDF, JPEG or PNG.")


class TooManyPages(Invalid):
    code = "too_many_pages"
    message = _("At most %(most)s pages at once. File the rest as a paper of its own.")


class PaperInFuture(Invalid):
    code = "paper_in_future"
    message = _("The day of a paper lies neither ahead nor before 1900.")


class VisitOfAnother(Invalid):
    code = "visit_of_another"
    message = _("This visit is not one of this patient here.")


class AlreadyWithdrawn(Conflict):
    code = "already_withdrawn"
    message = _("This paper was withdrawn already.")


class UnderHold(Conflict):
    code = "under_hold"
    message = _("A legal hold is in force: nothing is taken out of this record.")


class HoldIncomplete(Invalid):
    code = "hold_incomplete"
    message = _("Please say who demands the hold and why.")


class HoldLifted(Conflict):
    code = "hold_lifted"
    message = _("This hold was lifted already.")


class NothingDue(Conflict):
    code = "nothing_due"
    message = _("Of these records none may be destroyed now.")


class SecondPerson(NotAllowed):
    code = "second_person"
    message = _("Somebody else has to approve what you proposed.")


class StillWaiting(Conflict):
    code = "still_waiting"
    message = _("The waiting time is not over: not before %(until)s.")


class DestructionMoveRefused(Conflict):
    code = "destruction_move_refused"
    message = _("“%(current)s” cannot become “%(target)s”.")
