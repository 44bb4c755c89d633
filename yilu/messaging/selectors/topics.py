"""The live topics of messages."""

from uuid import UUID


def centre_topic(site_id: UUID) -> str:
    """Any message of a site."""
    return f"messages:{site_id}"


def patient_topic(patient_id: UUID) -> str:
    """Any message to one patient."""
    return f"patient-messages:{patient_id}"


def topics(site_id: UUID, patient_id: UUID | None) -> list[str]:
    """Every topic that a change to a message concerns."""
    return [centre_topic(site_id), *([patient_topic(patient_id)] if patient_id else [])]
