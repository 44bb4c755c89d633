"""`manage.py change_key`: a new key for stored fields, and everything moved to it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from yilu.platform import audit, crypto, keeper, rotation
from yilu.platform.actors import Actor


class Command(BaseCommand):
    help = "Make a new key for encrypted fields and move all values to it, while the product runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--go-on", action="store_true", help="only move what is left on older keys"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        number = crypto.ring(fresh=True).newest if options["go_on"] else crypto.add_key()
        keeper.prove()
        audit.record_plain(Actor.system("change_key"), "platform.key.changed", number=number)
        moved = rotation.move_to_newest_key()
        self.stdout.write(f"{moved} values moved to key {number}")
