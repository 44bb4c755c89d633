"""Say with which names the demonstration is entered."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.demo.operations.demonstration import PASSWORD
from yilu.demo.plan import clinic_plan
from yilu.platform import clinic_clock
from yilu.platform.spoken import SpokenCommand
from yilu.workforce.selectors.staff import posts


class Command(SpokenCommand):
    words = "manage demo_signins"
    help = gettext_noop("The sign-ins of the demonstration, one for each post.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help=_("for programs"))

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        if not clinic_clock.is_demonstration():
            raise CommandError(_("This is a real clinic: its sign-ins are nobody's business."))
        plan = clinic_plan()
        found: dict[str, tuple[str, str]] = {}
        doctors = [("doctor", one) for one in plan.practitioners[:1]]
        dentists = [("dentist", one) for one in plan.practitioners if one.department == "dental"]
        looks = [
            ("aesthetics", one) for one in plan.practitioners if one.department == "aesthetics"
        ]
        people = [(one.post, one) for one in plan.staff] + [*doctors, *dentists[:1], *looks[:1]]
        for post, one in people:
            found.setdefault(post, (one.staff_no, f"{one.name} {one.pinyin}"))
        if as_json:
            signs = {
                post: {"number": number, "password": PASSWORD}
                for post, (number, _name) in found.items()
            }
            self.stdout.write(json.dumps(signs))
            return
        said = _("sign in with any of these numbers and the password %(password)s")
        self.stdout.write(said % {"password": PASSWORD})
        called = {post.key: str(post.name) for post in posts()} | {
            "dentist": _("Dentist"),
            "aesthetics": _("Aesthetic doctor"),
        }
        for post, (number, name) in found.items():
            self.stdout.write(f"  {number}  {called.get(post, post)} · {name}")
