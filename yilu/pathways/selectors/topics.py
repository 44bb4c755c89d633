"""The live topics of pathways."""

from uuid import UUID


def case_topic(subject_id: UUID) -> str:
    """The live topic of everything under way for one thing, such as a visit."""
    return f"case:{subject_id}"


def worklist_topic(site_id: UUID, post: str) -> str:
    """The live topic of one post's worklist at one site."""
    return f"worklist:{site_id}:{post}"
