"""The refusals that diagnostics can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class RequestMoved(Conflict):
    code = "exam_request_moved"
    message = _("Somebody has booked, done or withdrawn this examination meanwhile.")


class AlreadyAsked(Conflict):
    code = "exam_already_asked"
    message = _("This examination is asked for already, or booked.")


class NoExamination(Invalid):
    code = "no_examination"
    message = _("Please choose one of the examinations that are offered.")


class WantedInPast(Invalid):
    code = "exam_wanted_in_past"
    message = _("The day by which it is wanted is over.")


class TripEmpty(Invalid):
    code = "trip_empty"
    message = _("Choose one to six open examinations of one patient, and a time for each.")


class TripBroken(Conflict):
    code = "trip_broken"
    message = _("The examinations cannot be in this order: %(why)s")


class ExamTaken(Conflict):
    code = "exam_taken"
    message = _("Nothing was booked. %(service)s cannot be had then: %(why)s")


class ExamTooLate(Conflict):
    code = "exam_too_late"
    message = _(
        "This examination is promised within %(hours)s hours, that is until %(until)s. "
        "Please choose an earlier time, or call us."
    )


class ExamNeeded(Conflict):
    code = "exam_needed"
    message = _("Another examination of the trip needs this one: %(why)s. Please call us.")


class NothingToPlace(Conflict):
    code = "nothing_to_place"
    message = _("Every examination of this trip stands as it should.")
