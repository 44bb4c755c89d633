"""What reception stores, and what the database refuses to store."""

from yilu.reception.models.calls import Call, CallBack, TelephoneLine, TelephoneNonce
from yilu.reception.models.doorsteps import Doorstep
from yilu.reception.models.incidents import Incident, IncidentEntry

__all__ = [
    "Call",
    "CallBack",
    "Doorstep",
    "Incident",
    "IncidentEntry",
    "TelephoneLine",
    "TelephoneNonce",
]
