"""What scheduling stores, and what the database refuses to store."""

from yilu.scheduling.models.attempts import Attempt
from yilu.scheduling.models.bookings import Booking, ChangeRequest
from yilu.scheduling.models.channels import ChannelShare, PlanUse, ReleasePlan
from yilu.scheduling.models.counted import BookingTally, CountedDay, RequestTally, UseTally
from yilu.scheduling.models.curbs import Curb
from yilu.scheduling.models.grid import GridView, Pin
from yilu.scheduling.models.later import FixedTimes, LaterTime
from yilu.scheduling.models.patient_rules import Forgiveness, PatientRules
from yilu.scheduling.models.prepaying import PaymentTerms, Prepayment
from yilu.scheduling.models.replanning import Plan, PlannedMove
from yilu.scheduling.models.resources import Resource, Session, WeeklySession
from yilu.scheduling.models.rushes import Rush, RushPlace
from yilu.scheduling.models.series import Series, Sitting, TreatmentPlan
from yilu.scheduling.models.times import Allocation, Block, Hold
from yilu.scheduling.models.waiting import Offer, Opening, WaitingEntry

__all__ = [
    "Allocation",
    "Attempt",
    "Block",
    "Booking",
    "BookingTally",
    "ChangeRequest",
    "ChannelShare",
    "CountedDay",
    "Curb",
    "FixedTimes",
    "Forgiveness",
    "GridView",
    "Hold",
    "LaterTime",
    "Offer",
    "Opening",
    "PatientRules",
    "PaymentTerms",
    "Pin",
    "Plan",
    "PlanUse",
    "PlannedMove",
    "Prepayment",
    "ReleasePlan",
    "RequestTally",
    "Resource",
    "Rush",
    "RushPlace",
    "Series",
    "Session",
    "Sitting",
    "TreatmentPlan",
    "UseTally",
    "WaitingEntry",
    "WeeklySession",
]
