"""What dentistry refuses, in words a dentist may read."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, Stale


class NotUnderstood(Invalid):
    code = "shorthand_not_understood"
    message = _("Not understood from here: “%(rest)s”. Nothing was saved.")


class NotCharted(Invalid):
    code = "not_charted"
    message = _("This does not go on this tooth. Nothing was saved.")


class ToothChanged(Stale):
    """Somebody else charted the same tooth since this window read it."""

    code = "tooth_changed"
    message = _(
        "A colleague has just charted tooth %(tooth)s. The chart now shows it;"
        " look again, and enter yours if it still holds."
    )


class WithdrawnAlready(Conflict):
    code = "withdrawn_already"
    message = _("This has been withdrawn already.")


class WhyMissing(Invalid):
    code = "why_missing"
    message = _("Please give a reason.")


class LabelUnreadable(Invalid):
    code = "label_unreadable"
    message = _(
        "This label does not say which pack it is and until when it is sterile. Nothing was saved."
    )


class PackExpired(Conflict):
    code = "pack_expired"
    message = _("Pack %(code)s was sterile until %(until)s only. Take another one.")


class PackUsed(Conflict):
    code = "pack_used"
    message = _("This pack has been opened already. Take another one, and report it.")


class MeasureWrong(Invalid):
    code = "measure_wrong"
    message = _("A value around tooth %(tooth)s cannot be right. Nothing was saved.")


class MeasuresChanged(Stale):
    """Another window kept other measurements of the same visit."""

    code = "measures_changed"
    message = _(
        "A colleague has entered other values at this visit. Open the chart anew to see them;"
        " yours stay here until then."
    )


class NothingMeasured(Invalid):
    code = "nothing_measured"
    message = _("Nothing is measured yet.")


class ItemMoveRefused(Conflict):
    code = "plan_item_move_refused"
    message = _("This cannot be done: the item of the plan is “%(state)s” by now.")


class NotPlannable(Invalid):
    code = "not_plannable"
    message = _("This cannot be planned so. Nothing was saved.")


class NothingToPropose(Invalid):
    code = "nothing_to_propose"
    message = _("Nothing in the plan waits to be proposed.")


class NotAccepted(Conflict):
    code = "plan_item_not_accepted"
    message = _(
        "The patient has not accepted this yet. Propose the plan first, or let it go ahead in an"
        " emergency."
    )


class NotTheirBooking(Invalid):
    code = "not_their_booking"
    message = _("This is no coming booking of the patient here.")


class ImageNotTaken(Invalid):
    code = "image_not_taken"
    message = _("This picture cannot be taken in so. Nothing was saved.")


class TooManyImages(Conflict):
    code = "too_many_images"
    message = _("This patient has as many pictures as can be kept. Withdraw some first.")
