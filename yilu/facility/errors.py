"""The refusals that facility can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class KeyTaken(Conflict):
    code = "key_taken"
    message = _("There is already one with this short key. Please choose another.")


class LetterTaken(Conflict):
    code = "letter_taken"
    message = _("Another department of this site already uses this ticket letter.")


class HoursOverlap(Conflict):
    code = "hours_overlap"
    message = _("Two opening times of one weekday overlap.")


class HoursEndBeforeStart(Invalid):
    code = "hours_end_before_start"
    message = _("Opening hours must end after they start; 00:00 as the end means midnight.")


class ClosureEndsBeforeStart(Invalid):
    code = "closure_ends_before_start"
    message = _("The last closed day must not lie before the first.")


class UnknownZone(Invalid):
    code = "unknown_zone"
    message = _("There is no such time zone.")


class OtherSite(Invalid):
    code = "other_site"
    message = _("These two places belong to different sites.")


class StillInUse(Conflict):
    code = "still_in_use"
    message = _("It still has rooms or chairs in use. Close those first.")


class ClosedThatDay(Conflict):
    code = "closed_that_day"
    message = _("The site is closed on that day. Open it after all first.")


class NoHours(Invalid):
    code = "no_hours"
    message = _("Give at least one stretch of opening hours, or close the site on that day.")
