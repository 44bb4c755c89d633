"""A kit for each site every hour."""

from django.utils.translation import gettext_lazy as _

from yilu.downtime import permissions
from yilu.downtime.operations.kits import HOURLY, drop_old_kits, make_kit, schedule_next_kit
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due, handler

PRINTER = Actor.system("downtime.printer", permissions.SEE)


@handler(HOURLY, slow=True, says=_("Print the paper for an outage"))
def hourly(due: Due) -> None:
    """Print, let old ones go, and come again, also when this hour fails."""
    schedule_next_kit(actor=PRINTER, site_id=due.subject_id)
    make_kit(actor=PRINTER, site_id=due.subject_id)
    drop_old_kits(actor=PRINTER, site_id=due.subject_id)


@subscriber("downtime.follow_the_site", "SiteOpened")
def follow_site(event: Told) -> None:
    """A new site has kits, too."""
    schedule_next_kit(actor=PRINTER, site_id=event.subject_id)
