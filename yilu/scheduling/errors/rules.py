"""What binds patients, and what is to be paid first."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict
from yilu.scheduling.errors.booking import NotFree


class TooManyThatDay(Conflict):
    code = "too_many_that_day"
    message = _(
        "Online a patient can have %(limit)s bookings on one day. Please call the clinic, or "
        "choose another day."
    )


class TooManyInDepartment(Conflict):
    code = "too_many_in_department"
    message = _(
        "Online a patient can have %(limit)s bookings in one department on one day. Please call "
        "the clinic, or choose another day."
    )


class TooManyWithDoctor(Conflict):
    code = "too_many_with_doctor"
    message = _(
        "Online a patient can have %(limit)s bookings with one doctor on one day. Please call the "
        "clinic, or choose another day."
    )


class TooManyOpen(Conflict):
    code = "too_many_open"
    message = _(
        "Online a patient can have %(limit)s bookings to come. Please call the clinic, or cancel "
        "one that is not needed."
    )


class OnlineBlocked(Conflict):
    code = "online_blocked"
    message = _(
        "%(count)s booked visits in the last %(months)s months were missed without cancelling, so "
        "nothing can be booked online until %(until)s. It ends by itself. At the desk and by "
        "telephone you can book as ever; if a visit was counted wrongly, call us and we correct it."
    )


class DayLimited(NotFree):
    code = "day_limited"
    message = _(
        "To keep everybody safe the clinic takes fewer patients at the moment: %(limit)s bookings "
        "online a day, and this day is full. Please choose another day, or call us if it is urgent."
    )


class ServiceClosedOnline(Conflict):
    code = "service_closed_online"
    message = _(
        "To keep everybody safe this service cannot be booked online at the moment. Please call us."
    )


class OneAtATime(Conflict):
    code = "one_at_a_time"
    message = _("Another booking for this patient is being made just now. Please look again.")


class RefundChanged(Conflict):
    code = "refund_changed"
    message = _("What you get back has changed meanwhile: %(amount)s. Please decide again.")


class PayTimeOver(Conflict):
    code = "pay_time_over"
    message = _("The time to pay is over. Please choose a time anew.")


class RefundStarted(Conflict):
    code = "refund_started"
    message = _(
        "%(amount)s of what was paid is on its way back already, so the cancellation stands. "
        "Please book the patient anew."
    )


class NothingAsked(Conflict):
    code = "nothing_asked"
    message = _("This service asks for nothing when it is booked, or it was asked for already.")
