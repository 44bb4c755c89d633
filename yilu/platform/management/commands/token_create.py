"""`manage.py token_create`: a key to the API for a partner or a device."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform import access
from yilu.platform.actors import Actor
from yilu.platform.reference import app_names, permissions_of
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    words = "token create"
    help = gettext_noop("Make a key to the API. It is shown once; only its hash is kept.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=_("whose key it is, such as “City health app”"))
        parser.add_argument(
            "--kind",
            choices=["partner", "device"],
            default="partner",
            help=_("whether a partner's system uses it or a device here"),
        )
        parser.add_argument(
            "--may",
            action="append",
            default=[],
            metavar="PERMISSION",
            help=_("what it may do, such as scheduling.book; repeat for more"),
        )
        parser.add_argument(
            "--site",
            action="append",
            default=[],
            type=UUID,
            metavar="ID",
            help=_("where; repeat for more, leave out for every site"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse what would open nothing, and make the key."""
        known = {one for app in app_names() for one in permissions_of(app).values()}
        if unknown := set(options["may"]) - known:
            said = _("There is no permission %(unknown)s; docs/reference/permissions.md has them.")
            raise CommandError(said % {"unknown": ", ".join(sorted(unknown))})
        secret = access.new_bearer(
            Actor.system("token_create"),
            options["kind"],
            options["name"],
            permissions=options["may"],
            sites=options["site"],
        )
        self.stdout.write(secret)
