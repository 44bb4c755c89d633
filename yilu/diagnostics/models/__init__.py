"""What diagnostics stores, and what the database refuses to store."""

from yilu.diagnostics.models.exams import ExamRequest, Trip
from yilu.diagnostics.models.imaging import Study, StudyImage, StudyReport
from yilu.diagnostics.models.laboratory import (
    CriticalValue,
    LabOrder,
    LabReport,
    LabValue,
    Specimen,
)
from yilu.diagnostics.models.outside import OutsideReport

__all__ = [
    "CriticalValue",
    "ExamRequest",
    "LabOrder",
    "LabReport",
    "LabValue",
    "OutsideReport",
    "Specimen",
    "Study",
    "StudyImage",
    "StudyReport",
    "Trip",
]
