"""The refusals that interop can give."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.platform import clock
from yilu.platform.errors import Conflict, Invalid, NotAllowed, NotSignedIn, TooMany


class SignatureMissing(NotSignedIn):
    code = "signature_missing"
    message = _("Sign this request: Signature-Input, Signature and, with a body, Content-Digest.")


class SignatureUnreadable(NotSignedIn):
    code = "signature_unreadable"
    message = _("The signature is not written as documented, or does not cover what it must.")


class KeyUnknown(NotSignedIn):
    code = "key_unknown"
    message = _("No key of this name opens anything: it is unknown, withdrawn or over.")


class SignatureWrong(NotSignedIn):
    code = "signature_wrong"
    message = _("The signature does not fit this request.")


class BodyAltered(NotSignedIn):
    code = "body_altered"
    message = _("The body is not the one that was signed.")


class _OutOfTime(NotSignedIn):
    def members(self) -> dict[str, Any]:
        """Our time, so that a wrong clock can be seen and set."""
        return {"now": clock.machine_now()}


class SignatureTooOld(_OutOfTime):
    code = "signature_too_old"
    message = _("This was signed more than five minutes ago. Sign anew, and look at your clock.")


class SignatureFromFuture(_OutOfTime):
    code = "signature_from_future"
    message = _("This was signed in the future. Please look at your clock.")


class RequestReplayed(NotSignedIn):
    code = "request_replayed"
    message = _("This very request was received before. Sign anew; keep the Idempotency-Key.")


class PartnerStopped(NotAllowed):
    code = "partner_stopped"
    message = _("The clinic takes nothing new from this partner. Its bookings stand.")


class DailyQuotaUsedUp(TooMany):
    code = "daily_quota_used_up"
    message = _("This partner has made as many bookings today as were agreed.")


class TooManyHolds(TooMany):
    code = "too_many_holds"
    message = _("This partner keeps as many times as were agreed. Book or release one first.")


class ReferenceUsed(Conflict):
    code = "reference_used"
    message = _("A booking with this reference exists already.")

    def __init__(self, booking_id: UUID | None = None) -> None:
        self.booking_id = booking_id
        super().__init__()

    def members(self) -> dict[str, Any]:
        """The booking that has it, when it was there before."""
        return {"booking": self.booking_id} if self.booking_id else {}


class NotForPartners(Conflict):
    code = "not_for_partners"
    message = _("This service is not booked through partners.")


class HoldDiffers(Invalid):
    code = "hold_differs"
    message = _("The time that is kept is another one.")


class ConsentNeeded(Invalid):
    code = "consent_needed"
    message = _("The patient has to agree to the clinic's use of their data first.")


class AddressNotAllowed(Invalid):
    code = "address_not_allowed"
    message = _(
        "Webhooks go to https addresses of hosts that the system's operator allowed"
        " (YILU_PARTNER_HOSTS), and to no others."
    )


class TooManyKeys(Conflict):
    code = "too_many_keys"
    message = _("Three keys are the most at a time. Withdraw one first.")


class DayNotOver(Conflict):
    code = "day_not_over"
    message = _("This day is not reconciled yet. Its file is written in the night after it.")


class NoSites(Invalid):
    code = "no_sites"
    message = _("Choose at least one site.")


class NamesNotAllowed(NotAllowed):
    code = "names_not_allowed"
    message = _("You may not make a calendar that shows patients' names.")


class NothingToSend(Conflict):
    code = "nothing_to_send"
    message = _("This notice has arrived or is on its way.")


class DeviceKnown(Conflict):
    code = "device_known"
    message = _("A machine of this kind and name is known already.")


class DeviceUnclear(Invalid):
    code = "device_unclear"
    message = _("A name of at most 16 letters, digits, _ or -, and an IP address or none.")


class HeardSettled(Conflict):
    code = "heard_settled"
    message = _("This message is settled already.")


class NotTaken(Invalid):
    code = "hl7_not_taken"
    message = _("The message could not be entered: %(why)s")
