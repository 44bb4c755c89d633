"""The refusals that patients can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, NotFound, Overloaded, TooMany


class AlreadyRegistered(Conflict):
    """`params["patient_id"]` is the person found, for staff; None for everybody else."""

    code = "already_registered"
    message = _("A patient with this identity paper or card is already registered.")


class UnknownPatient(NotFound):
    code = "unknown_patient"
    message = _("There is no such patient.")


class NoMatch(NotFound):
    """Says nothing about which of the answers was wrong."""

    code = "no_match"
    message = _("No record matches these answers. The desk can link it for you.")


class TooManyGuesses(TooMany):
    code = "too_many_guesses"
    message = _("Too many attempts. The desk can link your record for you.")
    retry_after = 3600


class SharingNotAgreed(Conflict):
    code = "sharing_not_agreed"
    message = _("Ask the patient first: their record is kept at another clinic of the group.")


class RelatedToSelf(Conflict):
    code = "related_to_self"
    message = _("A patient cannot be their own relative.")


class NotGiven(Conflict):
    code = "consent_not_given"
    message = _("This consent has not been given.")


class MergedAway(Conflict):
    """`params["patient_id"]` is the record that it was merged into."""

    code = "merged_away"
    message = _("This record was merged into another. Please open that one.")


class SamePatient(Conflict):
    code = "same_patient"
    message = _("Choose two different records.")


class MergeClash(Conflict):
    """`params["clashes"]` says, one sentence each, what a person has to decide first."""

    code = "merge_clash"
    message = _("These two records cannot be merged yet. %(clashes)s")


class UnknownMerge(NotFound):
    code = "unknown_merge"
    message = _("There is no such merge.")


class AlreadyUndone(Conflict):
    code = "merge_already_undone"
    message = _("This merge has been taken back already.")


class MergedOn(Conflict):
    code = "merged_on"
    message = _("The record was merged into another since. Take that merge back first.")


class ChangedSince(Conflict):
    code = "changed_since_merge"
    message = _(
        "The patient's details were changed since the merge, so it cannot be taken back as it was."
    )


class RecordedSince(Conflict):
    """`params["what"]` names the kinds of things."""

    code = "recorded_since_merge"
    message = _(
        "Since the merge more was recorded on what would go back: %(what)s. "
        "Whose it is only a person can say, so the merge cannot be taken back."
    )


class NoPicture(Invalid):
    code = "no_picture"
    message = _("This is no picture that can be read. Take one of the card, of at most 12 MB.")


class NoIdCard(Invalid):
    code = "no_id_card"
    message = _(
        "No ID card is seen in this picture. Lay the card flat, fill the picture with it, "
        "avoid glare – or type the facts in."
    )


class BackOfCard(Invalid):
    code = "back_of_card"
    message = _("This is the back of the card. Take the side with the name and the number.")


class ReaderBusy(Overloaded):
    code = "reader_busy"
    message = _("Another picture is being read. Please try again in a few seconds.")
    retry_after = 5


class ReaderFailed(Overloaded):
    code = "reader_failed"
    message = _("The picture could not be read this time. Try once more, or type the facts in.")
    retry_after = 5


class HasCard(Conflict):
    code = "has_card"
    message = _("The patient has a card that works. Replace it, or report it lost first.")


class CardOver(Conflict):
    code = "card_over"
    message = _("This card works no longer: somebody has reported or replaced it already.")


class CardWasOthers(Conflict):
    """Also said of a card that was reported lost, whoever holds it now."""

    code = "card_was_others"
    message = _("This card was given out before and can not be used again. Take another one.")


class NotLost(Conflict):
    code = "card_not_lost"
    message = _("Only a card that was reported lost, and not replaced since, can be found again.")


class UnknownCard(NotFound):
    code = "unknown_card"
    message = _("There is no such card.")
