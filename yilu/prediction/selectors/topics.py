"""The live topics of prediction."""

from uuid import UUID


def figures_topic() -> str:
    """How good the prediction is."""
    return "prediction"


def calls_topic(site_id: UUID) -> str:
    """Who is to be called at a site, and which extra places it has."""
    return f"prediction-calls:{site_id}"
