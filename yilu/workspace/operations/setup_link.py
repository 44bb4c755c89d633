"""The one-time link with which an empty clinic is set up."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from yilu.platform import clock, links
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.workforce import permissions
from yilu.workforce.selectors.staff import staff_exists
from yilu.workspace.errors import AlreadySetUp

PURPOSE = "workspace.setup"
LIFETIME = timedelta(days=7)
# What the link opens is the clinic that is not there yet; every such link has this subject.
SUBJECT = uuid5(NAMESPACE_URL, "urn:yilu:setup")


@operation
def make_setup_link(*, actor: Actor) -> str:
    """A new reference for the wizard; those made before no longer open it.

    Raises: NotAllowed; AlreadySetUp: somebody works here already.
    """
    actor.require_anywhere(permissions.MANAGE)
    if staff_exists():
        raise AlreadySetUp
    links.withdraw(SUBJECT, PURPOSE)
    return links.issue(PURPOSE, subject_id=SUBJECT, expires_at=clock.now() + LIFETIME)
