"""The words of whole pages for what went wrong. No database is asked: it may be what is wrong."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

FALLBACK = 500
# Worth trying the same again: nothing in the request itself was wrong.
WORTH_A_RETRY = frozenset({409, 412, 429, 500, 503})

TITLES: dict[int, str | Promise] = {
    400: gettext_lazy("This request cannot be read"),
    401: gettext_lazy("Please sign in first"),
    403: gettext_lazy("Not yours to open"),
    404: gettext_lazy("Nothing is here"),
    405: gettext_lazy("This cannot be done that way"),
    409: gettext_lazy("Something has changed in the meantime"),
    412: gettext_lazy("Somebody else was faster"),
    413: gettext_lazy("That is too large"),
    422: gettext_lazy("Something in this form is not right"),
    429: gettext_lazy("Too many attempts"),
    500: gettext_lazy("Something broke on our side"),
    503: gettext_lazy("Very busy just now"),
}
WHAT: dict[int, str | Promise] = {
    400: gettext_lazy("Nothing was changed. Please go back and do it again from the page."),
    401: gettext_lazy("Nothing was changed. After signing in you can go on where you were."),
    403: gettext_lazy("Your post does not include this. Whoever leads the clinic can grant it."),
    404: gettext_lazy("The address may be old, or the matter belongs to another site."),
    405: gettext_lazy("Nothing was changed. Please go back and use the button on the page."),
    409: gettext_lazy("Nothing was changed. Please look at the newest state and decide again."),
    412: gettext_lazy("Your change was not made. Please look at the newest state first."),
    413: gettext_lazy("Nothing was saved. Please choose a smaller file."),
    422: gettext_lazy("Nothing was saved. Please go back and correct what is marked."),
    429: gettext_lazy("Please wait a minute, then try again."),
    500: gettext_lazy("It is not because of you, and it has been noted. Nothing was half done."),
    503: gettext_lazy("Nothing was lost. It usually passes within a minute."),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What a reader is told: in their language, and in one line of the other."""

    status: int
    title: str
    what: str
    again: bool
    other_lang: str
    in_other_language: str


def describe(status: int, sentence: str = "") -> Fault:
    """The words for a status; `sentence` is the refusal's own, which says it better."""
    known = status if status in TITLES else FALLBACK
    is_english = translation.get_language() == "en"
    with translation.override("zh-hans" if is_english else "en"):
        other = f"{TITLES[known]} · {WHAT[known]}"
    return Fault(
        status=status,
        title=str(TITLES[known]),
        what=sentence or str(WHAT[known]),
        again=status in WORTH_A_RETRY,
        other_lang="zh-Hans" if is_english else "en",
        in_other_language=other,
    )
