"""The tables of aesthetics."""

from yilu.aesthetics.models.consulting import Consultation
from yilu.aesthetics.models.photos import Design, Photo, PhotoUse
from yilu.aesthetics.models.sessions import AdverseEvent, Pass, Session

__all__ = [
    "AdverseEvent",
    "Consultation",
    "Design",
    "Pass",
    "Photo",
    "PhotoUse",
    "Session",
]
