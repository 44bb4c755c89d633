"""The live topics of the pharmacy."""

from uuid import UUID


def pharmacy_topic(site_id: UUID) -> str:
    """The live topic of a site's worklist."""
    return f"pharmacy:{site_id}"


def dispense_topics(site_id: UUID, visit_id: UUID) -> list[str]:
    """The live topics that a step of one prescription puts out of date."""
    return [pharmacy_topic(site_id), f"visit:{visit_id}"]
