"""Words that reach the record by any road are checked once more where they are kept."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yilu.clinical.errors import ReasonMissing
from yilu.platform.errors import FieldError, Invalid
from yilu.platform.forms import check_readable

LONGEST_REASON = 500


def clean_words(limits: Mapping[str, int], **typed: str) -> dict[str, str]:
    """Texts without surrounding space, each readable and within its limit.

    Raises:
        Invalid: one is too long or cannot be kept; the fields are named.
    """
    words = {name: text.strip() for name, text in typed.items()}
    errors = [error for name, text in words.items() if (error := _wrong(name, text, limits[name]))]
    if errors:
        raise Invalid(*errors)
    return words


def the_reason(typed: str, most: int = LONGEST_REASON) -> str:
    """The reason that somebody gave, without surrounding space.

    Raises:
        ReasonMissing: nothing was said. Invalid: it is too long or cannot be kept.
    """
    words = clean_words({"reason": most}, reason=typed)["reason"]
    if not words:
        raise ReasonMissing(FieldError("reason", "required", str(ReasonMissing.message)))
    return words


def required(*names: str, **words: str) -> list[FieldError]:
    """One sentence for each of these that is empty."""
    return [FieldError(name, "required", _("This is needed.")) for name in names if not words[name]]


def _wrong(name: str, text: str, most: int) -> FieldError | None:
    if len(text) > most:
        return FieldError(name, "too_long", _("At most %(most)s characters.") % {"most": most})
    try:
        check_readable(text)
    except ValidationError as error:
        return FieldError(name, "unreadable", str(error.messages[0]))
    return None
