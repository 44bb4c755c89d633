"""The live topics of records."""

from uuid import UUID


def openings_topic(site_id: UUID) -> str:
    """What was opened for a stated reason at a site, and what became of it."""
    return f"openings:{site_id}"
