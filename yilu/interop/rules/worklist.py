"""The modality worklist: what a device asks for, which examinations fit, and how they are told."""

from datetime import date
from fnmatch import fnmatchcase

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from yilu.diagnostics.selectors.scheduled import Scheduled

UTF8, CHINESE = "ISO_IR 192", "GB18030"


def fits(asked: Dataset, one: Scheduled) -> bool:
    """Whether an examination fits what a device asked for. What it left open fits all."""
    step = _step(asked)
    wanted = [
        (_text(asked, "AccessionNumber"), one.accession),
        (_text(asked, "PatientID"), one.patient.record_no),
        (_text(asked, "StudyInstanceUID"), one.uid),
        (_text(step, "Modality"), one.modality),
    ]
    if any(text and not fnmatchcase(value, text) for text, value in wanted):
        return False
    name = _text(asked, "PatientName").strip("^=")
    if name and not any(fnmatchcase(each, name) for each in _names(one)):
        return False
    return _is_within(_text(step, "ScheduledProcedureStepStartDate"), one.starts_at.date())


def told(asked: Dataset, one: Scheduled, title: str) -> Dataset:
    """How an examination is told to a device, in the letters that it asked in."""
    found = Dataset()
    letters = _text(asked, "SpecificCharacterSet")
    found.SpecificCharacterSet = CHINESE if CHINESE in letters else UTF8
    patient = one.patient
    found.PatientName = f"{(patient.name.pinyin or '').replace(' ', '^')}={patient.name.written}"
    found.PatientID = patient.record_no
    found.PatientBirthDate = f"{patient.born_on:%Y%m%d}" if patient.born_on else ""
    found.PatientSex = {"female": "F", "male": "M"}.get(patient.sex, "O")
    found.AccessionNumber = one.accession
    found.StudyInstanceUID = one.uid
    found.RequestedProcedureID = one.accession
    found.RequestedProcedureDescription = f"{one.service} {one.aim}"[:64]
    found.RequestedProcedurePriority = "STAT" if one.is_urgent else "ROUTINE"
    step = Dataset()
    step.Modality = one.modality
    step.ScheduledStationAETitle = title
    step.ScheduledProcedureStepStartDate = f"{one.starts_at:%Y%m%d}"
    step.ScheduledProcedureStepStartTime = f"{one.starts_at:%H%M%S}"
    step.ScheduledProcedureStepDescription = f"{one.service} {one.aim}"[:64]
    step.ScheduledProcedureStepID = one.accession
    found.ScheduledProcedureStepSequence = Sequence([step])
    return found


def _step(asked: Dataset) -> Dataset:
    steps = asked.get("ScheduledProcedureStepSequence")
    return steps[0] if steps else Dataset()


def _text(asked: Dataset, name: str) -> str:
    found = asked.get(name, "") or ""
    if isinstance(found, list | tuple):
        return "\\".join(str(one) for one in found)
    return str(found).strip()


def _names(one: Scheduled) -> set[str]:
    pinyin = (one.patient.name.pinyin or "").replace(" ", "^")
    written = one.patient.name.written
    return {pinyin, written, f"{pinyin}={written}"}


def _is_within(asked: str, day: date) -> bool:
    """Whether a day is the one, or in the range, that a device asked for."""
    if not asked:
        return True
    first, _dash, last = asked.partition("-")
    written = f"{day:%Y%m%d}"
    if "-" not in asked:
        return first == written
    return (not first or first <= written) and (not last or written <= last)
