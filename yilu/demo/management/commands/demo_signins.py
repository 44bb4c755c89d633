"""Say with which names the demonstration is entered."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yilu.demo.operations.demonstration import PASSWORD
from yilu.demo.plan import clinic_plan
from yilu.platform import clinic_clock


class Command(BaseCommand):
    help = "The sign-ins of the demonstration, one for each post."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="for programs")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        if not clinic_clock.is_demonstration():
            raise CommandError("This is a real clinic: its sign-ins are nobody's business.")
        plan = clinic_plan()
        found: dict[str, tuple[str, str]] = {}
        doctors = [("doctor", one) for one in plan.practitioners[:1]]
        dentists = [("dentist", one) for one in plan.practitioners if one.department == "dental"]
        people = [(one.post, one) for one in plan.staff] + [*doctors, *dentists[:1]]
        for post, one in people:
            found.setdefault(post, (one.staff_no, f"{one.name} {one.pinyin}"))
        if as_json:
            signs = {
                post: {"number": number, "password": PASSWORD}
                for post, (number, _) in found.items()
            }
            self.stdout.write(json.dumps(signs))
            return
        self.stdout.write(f"sign in with any of these numbers and the password {PASSWORD}")
        for post, (number, name) in found.items():
            self.stdout.write(f"  {number}  {post:<14} {name}")
