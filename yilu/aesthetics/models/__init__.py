"""The tables of aesthetics."""

from yilu.aesthetics.models.care import AdviceGiven, AdviceText, CareProfile
from yilu.aesthetics.models.consulting import Consultation
from yilu.aesthetics.models.courses import Course, CourseUse, Package
from yilu.aesthetics.models.photos import Design, Photo, PhotoUse
from yilu.aesthetics.models.sessions import AdverseEvent, Pass, Session

__all__ = [
    "AdverseEvent",
    "AdviceGiven",
    "AdviceText",
    "CareProfile",
    "Consultation",
    "Course",
    "CourseUse",
    "Design",
    "Package",
    "Pass",
    "Photo",
    "PhotoUse",
    "Session",
]
