"""The live topics of aftercare."""

from uuid import UUID


def follow_ups_topic(site_id: UUID) -> str:
    """The follow-ups of a site. No query."""
    return f"aftercare:{site_id}"


def topics_of(site_id: UUID, visit_id: UUID) -> list[str]:
    """What a change of a visit's follow-up puts out of date. No query."""
    return [follow_ups_topic(site_id), f"aftercare-visit:{visit_id}"]
