"""The refusals that catalogue can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class CodeTaken(Conflict):
    code = "code_taken"
    message = _("There is already one with this code. Please choose another.")


class PriceOverlaps(Conflict):
    code = "price_overlaps"
    message = _("Another price already holds on some of these days.")


class PriceInPast(Invalid):
    code = "price_in_past"
    message = _("A new price may begin today at the earliest: bills of past days stay true.")


class ItemInUse(Conflict):
    code = "item_in_use"
    message = _(
        "A service or medicine on offer is charged by it. Give that another fee, or take it off"
        " offer, first."
    )


class UnknownItem(Invalid):
    code = "unknown_item"
    message = _("There is no such item in the price list.")


class UnknownService(Invalid):
    code = "unknown_service"
    message = _("There is no such service.")


class UnknownPractitioner(Invalid):
    code = "unknown_practitioner"
    message = _("Nobody by that name sees patients here.")


class LengthUnfit(Invalid):
    code = "length_unfit"
    message = _("A service lasts between 5 minutes and 8 hours, in steps of five minutes.")


class LinkMissing(Invalid):
    code = "link_missing"
    message = _(
        "A video visit needs the https address at which it takes place: patients are sent it."
    )


class LimitsCross(Invalid):
    code = "limits_cross"
    message = _("One dose cannot be more than a whole day may be.")
