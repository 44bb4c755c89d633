"""The live topics of guiding."""

from uuid import UUID


def guiding_topic(site_id: UUID) -> str:
    """The live topic of everything that guides do at a site."""
    return f"guiding:{site_id}"
