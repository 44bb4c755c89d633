"""Why a treatment, a plan or several together cannot be had as asked."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class GapBroken(Invalid):
    code = "gap_broken"
    message = _(
        "Sitting %(n)s would be %(days)s days after the one before; %(least)s to %(most)s will do."
    )


class SittingTaken(Conflict):
    code = "sitting_taken"
    message = _("Nothing was booked: sitting %(n)s cannot be had. %(why)s")


class SittingsIncomplete(Invalid):
    code = "sittings_incomplete"
    message = _("Please choose a time for every sitting.")


class PlanEmpty(Invalid):
    code = "plan_empty"
    message = _(
        "A plan has 2 to 24 sittings; after the first, each comes 1 to 90 days after the one"
        " before, and “at least” is no more than “at most”."
    )


class NothingLeft(Conflict):
    code = "nothing_left"
    message = _("No sitting of this treatment is to come any more.")


class SittingPast(Conflict):
    code = "sitting_past"
    message = _("A sitting that has begun cannot be placed anew.")


class NothingToPlan(Conflict):
    code = "nothing_to_plan"
    message = _("Every booking can be kept, or is in a plan already.")


class AlreadyPlanned(Conflict):
    code = "already_planned"
    message = _("Somebody else is planning these bookings just now. Please look again.")


class PlanOver(Conflict):
    code = "plan_over"
    message = _("This plan is over: its places are no longer kept. Please plan anew.")


class NotYetPlanned(Conflict):
    code = "not_yet_planned"
    message = _("The plan is still being made. Please wait a moment.")


class AnswerOver(Conflict):
    code = "answer_over"
    message = _("This proposal no longer stands. Please call the clinic, or choose again.")


class SessionOnTime(Conflict):
    code = "session_on_time"
    message = _("Nothing needs to be moved any more.")


class TogetherTaken(Conflict):
    code = "together_taken"
    message = _("Nothing was booked: not everybody can come then. %(why)s")


class TooFewTogether(Invalid):
    code = "too_few_together"
    message = _("Please choose 2 to 6 different people, and a time for each.")
