"""The live topics of intake."""

from uuid import UUID


def sheet_topic(booking_or_visit_id: UUID) -> str:
    """The questions of one booking, or of a visit without one. No query."""
    return f"questions:{booking_or_visit_id}"


def worse_topic(site_id: UUID) -> str:
    """Who feels worse at a site. No query."""
    return f"worse:{site_id}"
