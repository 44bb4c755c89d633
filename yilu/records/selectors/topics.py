"""The live topics of records."""

from uuid import UUID


def openings_topic(site_id: UUID) -> str:
    """What was opened for a stated reason at a site, and what became of it."""
    return f"openings:{site_id}"


def papers_topic(patient_id: UUID) -> str:
    """The live topic of the papers and holds of a patient."""
    return f"records-papers:{patient_id}"


def archive_topic(site_id: UUID) -> str:
    """The live topic of a site's archive."""
    return f"records-archive:{site_id}"
