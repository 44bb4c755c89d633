"""The grants that pathways know."""

WORK = "pathways.work"  # See and do the steps of one's posts.
REASSIGN = "pathways.reassign"  # Hand over the steps of others.
PUBLISH = "pathways.publish"  # Publish a new version of a definition.
