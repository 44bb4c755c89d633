"""The live topics of what outbreak mode keeps."""

from uuid import UUID


def outbreak_topic(site_id: UUID) -> str:
    """The live topic of the outbreak mode of a site: every page of the site listens to it."""
    return f"outbreak:{site_id}"
