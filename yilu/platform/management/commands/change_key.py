"""`manage.py change_key`: a new key for stored fields, and everything moved to it."""

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform import audit, crypto, keeper, rotation
from yilu.platform.actors import Actor
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    words = "manage change_key"
    help = gettext_noop(
        "Make a new key for encrypted fields and move all values to it, while the product runs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--go-on", action="store_true", help=_("only move what is left on older keys")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, prove it, move everything, and say how much that was."""
        number = crypto.ring(fresh=True).newest if options["go_on"] else crypto.add_key()
        keeper.prove()
        audit.record_plain(Actor.system("change_key"), "platform.key.changed", number=number)
        moved = rotation.move_to_newest_key()
        said = _("%(values)s values moved to key %(number)s")
        self.stdout.write(said % {"values": moved, "number": number})
