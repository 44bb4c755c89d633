"""The live topics of billing."""

from uuid import UUID


def bill_topics(
    site_id: UUID,
    visit_id: UUID | None,
    bill_id: UUID | None = None,
    booking_id: UUID | None = None,
) -> list[str]:
    """The topics that a change to the money of a visit, or of a booking, touches. No query."""
    about = f"visit:{visit_id}" if visit_id else f"booking:{booking_id}"
    topics = [billing_topic(site_id), about]
    return [*topics, f"bill:{bill_id}"] if bill_id else topics


def billing_topic(site_id: UUID) -> str:
    """The cashier's list of a site. No query."""
    return f"billing:{site_id}"
