"""What diagnostics stores, and what the database refuses to store."""

from yilu.diagnostics.models.exams import ExamRequest, Trip
from yilu.diagnostics.models.laboratory import (
    CriticalValue,
    LabOrder,
    LabReport,
    LabValue,
    Specimen,
)

__all__ = ["CriticalValue", "ExamRequest", "LabOrder", "LabReport", "LabValue", "Specimen", "Trip"]
