"""What reception stores, and what the database refuses to store."""

from yilu.reception.models.calls import Call, CallBack, TelephoneLine, TelephoneNonce
from yilu.reception.models.incidents import Incident, IncidentEntry

__all__ = ["Call", "CallBack", "Incident", "IncidentEntry", "TelephoneLine", "TelephoneNonce"]
