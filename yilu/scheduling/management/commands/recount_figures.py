"""Count the figures of all days that are over anew."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.facility.selectors.sites import SiteInfo, open_sites
from yilu.platform.actors import Actor
from yilu.platform.spoken import SpokenCommand
from yilu.scheduling import permissions
from yilu.scheduling.operations.counting import count_days, forget_counted

ALWAYS = (date(1900, 1, 1), date(2200, 1, 1))


class Command(SpokenCommand):
    words = "manage recount_figures"
    help = gettext_noop("Count the figures of all days that are over anew, for one site or all.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", default="", help=_("the key of a site; all of them without"))

    def handle(self, *args: Any, site: str, **options: Any) -> None:
        """Pages stay right while it runs: what is not counted is counted when asked for."""
        chosen = [one for one in open_sites() if site in {"", one.key}]
        if not chosen:
            raise CommandError(_("There is no site %(key)s.") % {"key": site})
        for one in chosen:
            said = _("%(site)s: %(days)s days counted")
            self.stdout.write(said % {"site": one.key, "days": _recount(one)})


def _recount(site: SiteInfo) -> int:
    actor = Actor.system("scheduling.recount", permissions.CHANGE)
    forget_counted(actor=actor, site_id=site.id, first=ALWAYS[0], last=ALWAYS[1])
    counted = 0
    while found := count_days(actor=actor, site_id=site.id):
        counted += found
    return counted
