"""Who acts while a clinic is set up."""

from yilu.catalogue import permissions as catalogue
from yilu.facility import permissions as facility
from yilu.pathways import permissions as pathways
from yilu.platform.actors import Actor
from yilu.queueing import permissions as queueing
from yilu.scheduling import permissions as scheduling
from yilu.workforce import permissions as workforce


def setup_actor() -> Actor:
    """Whoever holds the one-time link, while nobody works here. No query."""
    return Actor.system(
        "setup",
        facility.MANAGE,
        workforce.MANAGE,
        catalogue.MANAGE,
        scheduling.SEE,
        scheduling.ROSTER,
        queueing.SET_UP,
        pathways.PUBLISH,
    )
