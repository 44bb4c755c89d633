"""`manage.py audit_verify`: whether the record of who did what is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yilu.platform import seal


class Command(BaseCommand):
    help = "Check the record against its seals, and name the first broken line."

    def handle(self, *args: Any, **options: Any) -> None:
        found = seal.verify()
        if found.broken is not None:
            raise CommandError(
                f"line {found.broken.seq}: {found.broken.how} ({found.lines} lines before it fit)"
            )
        self.stdout.write(f"{found.lines} lines, all as they were sealed")
