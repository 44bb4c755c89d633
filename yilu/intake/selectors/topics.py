"""The live topics of intake."""

from uuid import UUID


def sheet_topic(booking_id: UUID) -> str:
    """The questions of one booking. No query."""
    return f"questions:{booking_id}"


def worse_topic(site_id: UUID) -> str:
    """Who feels worse at a site. No query."""
    return f"worse:{site_id}"
