"""The live topics of what reception keeps."""

from uuid import UUID


def incidents_topic(site_id: UUID) -> str:
    """The live topic of the incidents of a site: every page of who must act listens to it."""
    return f"incidents:{site_id}"


def incident_topic(incident_id: UUID) -> str:
    """The live topic of one incident and its timeline."""
    return f"incident:{incident_id}"


def calls_topic(site_id: UUID) -> str:
    """The live topic of the telephone desk of a site: who rings, who talks, whom to call back."""
    return f"calls:{site_id}"


def call_topic(call_id: UUID) -> str:
    """The live topic of one call."""
    return f"call:{call_id}"
