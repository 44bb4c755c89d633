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


class LabMoved(Conflict):
    code = "lab_moved"
    message = _("This is over or has moved on meanwhile: %(current)s.")


class NothingOrdered(Invalid):
    code = "nothing_ordered"
    message = _("Choose at least one of the tests that are offered.")


class OrderedAlready(Conflict):
    code = "ordered_already"
    message = _("One of these tests is ordered for this visit already.")


class RecentResult(Invalid):
    code = "recent_result"
    message = _("There is a recent result. Say why it is needed again, or leave the test out.")


class LabReasonMissing(Invalid):
    code = "lab_reason_missing"
    message = _("Please give a reason.")


class PatientNotIdentified(Invalid):
    code = "patient_not_identified"
    message = _("Two identifiers must match. Ask for name and birth date, or scan.")


class CheckMissing(Invalid):
    code = "check_missing"
    message = _("Every question before collection needs an answer.")


class NotPrepared(Conflict):
    code = "not_prepared"
    message = _("Nothing can be collected now: %(why)s")


class NothingToCollect(Conflict):
    code = "nothing_to_collect"
    message = _("Everything that was ordered is collected or cancelled.")


class ResultsWrong(Invalid):
    code = "results_wrong"
    message = _("Some results are missing or cannot be. They are marked.")


class SameLabPerson(Conflict):
    code = "same_lab_person"
    message = _("You entered these results. Somebody else verifies them.")


class NotReadBack(Invalid):
    code = "not_read_back"
    message = _("What was read back is not this value. Please read it again.")


class OutsideInFuture(Invalid):
    code = "outside_in_future"
    message = _("This day is not over yet, or too long ago.")


class TooManyOutside(Conflict):
    code = "too_many_outside"
    message = _("There are many results from elsewhere already. Please take one away first.")


class PartMissing(Invalid):
    code = "part_missing"
    message = _("Say which part of the body, and which side where there are two.")


class StudyBooked(Conflict):
    code = "study_booked"
    message = _("This examination is booked for a visit of its own. Check that visit in first.")


class StudyNotHere(Conflict):
    code = "study_not_here"
    message = _("The visit at which this was asked for is over. Book it, or register a visit.")


class NothingFound(Invalid):
    code = "nothing_found"
    message = _("Write what was found, and what it means.")


class ImageKnown(Conflict):
    code = "image_known"
    message = _("This image is kept already, or belongs to a study.")


class TooManyImages(Conflict):
    code = "too_many_images"
    message = _("There are too many images of this study already.")


class NoSuchStudy(Invalid):
    code = "no_such_study"
    message = _("There is no examination with this number here.")


class StudyStopped(Conflict):
    code = "study_stopped"
    message = _("It cannot begin now: %(why)s")


class UnitDiffers(Invalid):
    code = "unit_differs"
    message = _("A value is in another unit than ours.")
