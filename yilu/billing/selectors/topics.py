"""The live topics of billing."""

from uuid import UUID


def bill_topics(site_id: UUID, visit_id: UUID, bill_id: UUID | None = None) -> list[str]:
    """The topics that a change to a visit's money touches. No query."""
    topics = [billing_topic(site_id), f"visit:{visit_id}"]
    return [*topics, f"bill:{bill_id}"] if bill_id else topics


def billing_topic(site_id: UUID) -> str:
    """The cashier's list of a site. No query."""
    return f"billing:{site_id}"
