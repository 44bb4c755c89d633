"""`manage.py token_create`: a key to the API for a partner or a device."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from yilu.platform import access
from yilu.platform.actors import Actor


class Command(BaseCommand):
    help = "Make a key to the API. It is shown once; only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="whose key it is, such as “City health app”")
        parser.add_argument("--kind", choices=["partner", "device"], default="partner")
        parser.add_argument(
            "--may",
            action="append",
            default=[],
            metavar="PERMISSION",
            help="what it may do, such as scheduling.book; repeat for more",
        )
        parser.add_argument(
            "--site",
            action="append",
            default=[],
            type=UUID,
            metavar="ID",
            help="where; repeat for more, leave out for every site",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        secret = access.new_bearer(
            Actor.system("token_create"),
            options["kind"],
            options["name"],
            permissions=options["may"],
            sites=options["site"],
        )
        self.stdout.write(secret)
