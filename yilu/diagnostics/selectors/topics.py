"""The live topics of diagnostics."""

from uuid import UUID


def exams_topic(site_id: UUID) -> str:
    """The examinations asked for and booked at a site. No query."""
    return f"exams:{site_id}"


def visit_exams_topic(visit_id: UUID) -> str:
    """The examinations that were asked for at one visit. No query."""
    return f"visit-exams:{visit_id}"


def trip_topic(trip_id: UUID) -> str:
    """One trip. No query."""
    return f"exam-trip:{trip_id}"


def lab_topic(site_id: UUID) -> str:
    """The laboratory's worklist of a site. No query."""
    return f"laboratory:{site_id}"


def visit_lab_topic(visit_id: UUID) -> str:
    """What the laboratory does for one visit. No query."""
    return f"visit-laboratory:{visit_id}"


def criticals_topic(site_id: UUID) -> str:
    """The critical values of a site. No query."""
    return f"criticals:{site_id}"


def outside_topic(patient_id: UUID) -> str:
    """What a patient brought from elsewhere. No query."""
    return f"outside-results:{patient_id}"


def imaging_topic(site_id: UUID) -> str:
    """The worklist of the imaging post of a site. No query."""
    return f"imaging:{site_id}"
