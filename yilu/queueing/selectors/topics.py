"""The live topics of queueing."""

from uuid import UUID


def queue_topic(queue_id: UUID) -> str:
    """The live topic of one queue."""
    return f"queue:{queue_id}"


def site_queues_topic(site_id: UUID) -> str:
    """The live topic of every queue, station and call of a site."""
    return f"site-queues:{site_id}"


def ticket_topic(ticket_id: UUID) -> str:
    """The live topic of one ticket: its state, and its place when the queue moves."""
    return f"ticket:{ticket_id}"


def long_waits_topic(site_id: UUID) -> str:
    """The live topic of the waits at a site that are to be explained."""
    return f"long-waits:{site_id}"
