"""Ring at the demonstration's telephone desk, as a telephone system tells it."""

import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.demo.operations.telephone import NAME
from yilu.demo.sandbox.telephone import say
from yilu.facility.selectors.sites import site_by_key
from yilu.platform import clinic_clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_reference
from yilu.platform.spoken import SpokenCommand
from yilu.reception import permissions
from yilu.reception.operations.lines import KnownLine, add_line, know_line
from yilu.reception.selectors.telephone_lines import telephone_lines

OPERATOR = Actor.system("demo.operator", permissions.SET_UP_TELEPHONE)


class Command(SpokenCommand):
    words = "manage ring"
    help = gettext_noop(
        "Ring at a site's telephone desk for some seconds, then hang up. Demonstrations only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help=_("who calls, such as 12100001234"))
        parser.add_argument("--site", default="south", help=_("the key of a site"))
        parser.add_argument("--seconds", type=int, default=20, help=_("how long it rings"))
        parser.add_argument(
            "--address", default="http://127.0.0.1:8000", help=_("where the product is")
        )

    def handle(
        self, *args: Any, number: str, site: str, seconds: int, address: str, **options: Any
    ) -> None:
        clinic_clock.refresh(at_any_price=True)
        if not clinic_clock.is_demonstration():
            raise CommandError(_("This is a real clinic: nobody plays its callers."))
        line, call = _line(site_by_key(site).id), new_reference()
        try:
            for event, wait in (("ringing", seconds), ("ended", 0)):
                said = {"event": event, "call": call, "from_number": number}
                say(address, line.key, line.secret, said)
                self.stdout.write(f"  {event} {number}")
                time.sleep(wait)
        except OSError as error:
            refused = _("The product does not answer at %(address)s: %(error)s")
            raise CommandError(refused % {"address": address, "error": error}) from error


def _line(site_id: UUID) -> KnownLine:
    """The demonstration's telephone system at a site, let in the first time."""
    found = [one for one in telephone_lines(OPERATOR, site_id) if one.name == NAME]
    good = next((one.key for one in found if one.withdrawn_at is None), "")
    key = good or add_line(actor=OPERATOR, site_id=site_id, name=NAME).key
    return know_line(actor=OPERATOR, key=key)
