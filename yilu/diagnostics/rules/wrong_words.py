"""Why something typed is no result, in the reader's words."""

from django.utils.translation import gettext as _

from yilu.diagnostics.rules.judging import EMPTY, IMPOSSIBLE, NO_NUMBER


def why_wrong(why: str) -> str:
    """A sentence for the field."""
    return {
        EMPTY: _("Missing. Enter it, or say in the remark why there is none."),
        NO_NUMBER: _("Not a number of this test, or with too many places."),
        IMPOSSIBLE: _("Nobody can have this value. Please look again."),
    }.get(why, _("Choose one of the words."))
