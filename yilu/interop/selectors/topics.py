"""The live topics of interop."""

from uuid import UUID


def partners_topic() -> str:
    """The list of partners."""
    return "partners"


def partner_topic(partner_id: UUID) -> str:
    """One partner's page."""
    return f"partner:{partner_id}"


def devices_topic() -> str:
    """The machines that speak to us. No query."""
    return "interop-devices"
