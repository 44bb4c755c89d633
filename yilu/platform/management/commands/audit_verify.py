"""`manage.py audit_verify`: whether the record of who did what is as it was written."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform import seal
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    words = "audit verify"
    help = gettext_noop("Check the record against its seals, and name the first broken line.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = seal.verify()
        if found.broken is not None:
            raise CommandError(
                _("line %(line)s: %(how)s (%(number)s lines before it fit)")
                % {"line": found.broken.seq, "how": found.broken.how, "number": found.lines}
            )
        self.stdout.write(_("%(number)s lines, all as they were sealed") % {"number": found.lines})
