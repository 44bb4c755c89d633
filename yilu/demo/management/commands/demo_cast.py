"""Say through which patients' eyes the demonstration can be seen just now."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.demo.operations.cast import invite_cast
from yilu.facility.selectors.sites import site_by_key
from yilu.platform import clinic_clock
from yilu.platform.actors import Actor
from yilu.platform.clinic_clock import NotADemonstration
from yilu.platform.spoken import SpokenCommand

DIRECTOR = Actor.system("demo.cast")
PARTS = {
    "coming": gettext_noop("comes on another day"),
    "expected": gettext_noop("comes later today"),
    "waiting": gettext_noop("waits"),
    "paying": gettext_noop("has to pay"),
    "gone": gettext_noop("went home"),
}


class Command(SpokenCommand):
    words = "manage demo_cast"
    help = gettext_noop(
        "Patients who will come, come today, wait, have to pay or went home: one of each,"
        " with an account: sign in at /my with the phone. Demonstrations only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", default="south", help=_("the key of a site"))
        parser.add_argument("--json", action="store_true", dest="as_json", help=_("for programs"))

    def handle(self, *args: Any, site: str, as_json: bool, **options: Any) -> None:
        clinic_clock.refresh(at_any_price=True)
        site_id = site_by_key(site).id
        try:
            invited = invite_cast(actor=DIRECTOR, site_id=site_id)
        except NotADemonstration as refused:
            raise CommandError(_("This is a real clinic: nobody plays its patients.")) from refused
        if as_json:
            people = {
                one.part: {
                    "phone": one.phone,
                    "born": f"{one.born_on:%Y%m%d}" if one.born_on else "",
                    "subject": str(one.subject_id),
                }
                for one in invited
            }
            self.stdout.write(json.dumps({"site": str(site_id), "people": people}))
            return
        for one in invited:
            self.stdout.write(f"  {one.phone}  /my/visit/{one.subject_id}  {_(PARTS[one.part])}")
