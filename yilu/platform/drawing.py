"""The small parts that stand in every row of a long list, drawn without a template.

A template of five lines takes ten times as long as these, and a board draws them by the hundred.
What is larger, or stands once on a page, is a template.
"""

import html
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypedDict
from uuid import UUID

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yilu.platform import clock, looks, waiting, wording
from yilu.platform.ids import new_id
from yilu.platform.looks import Flag
from yilu.platform.waiting import Wait

NOTHING = SafeString("")
# Ids that no row has, to find out where an id stands in an address.
STAND_INS = tuple(UUID(int=n) for n in range(1, 5))
ICON_SIZES = {14, 20, 28, 48}


class DeedOptions(TypedDict, total=False):
    """How one button that does one thing looks, and what it sends; see the tag `deed`."""

    kind: str
    key: str
    icon: str
    target: str
    swap: str
    version: int
    confirm: str
    yes: str
    classes: str
    name: str
    value: Any


def drawn(form: str, *values: object) -> SafeString:
    """A form filled in, as `format_html` does it, which also looks for words yet to translate."""
    return SafeString(form.format(*map(_escaped, values)))


def _escaped(value: object) -> str:
    return value if isinstance(value, SafeString) else html.escape(str(value))


def address(name: str, *keys: object) -> str:
    """The address of a view, as `{% url %}` gives it; its shape is worked out once for all ids."""
    shape = _shape(name, *(None if isinstance(key, UUID) else key for key in keys))
    return shape.format(*(key for key in keys if isinstance(key, UUID)))


@lru_cache(maxsize=500)
def _shape(name: str, *keys: object) -> str:
    ids = iter(STAND_INS)
    shape = reverse(name, args=[next(ids) if key is None else key for key in keys])
    for one in STAND_INS:
        shape = shape.replace(str(one), "{}")
    return shape


@lru_cache(maxsize=1000)
def icon(name: str, size: int = 16) -> SafeString:
    """A Tabler icon named in icons.txt: a word or a label must say the same."""
    return drawn(
        '<svg class="yl-i{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" yl-i-{size}" if size in ICON_SIZES else "",
        static("vendor/icons.svg"),
        name,
    )


def flags(names: Iterable[str | Flag] | str) -> SafeString:
    """At most three marks beside a name: codes of `looks.FLAGS`, in a list or in one string."""
    wanted = names.split() if isinstance(names, str) else names
    return SafeString("".join(map(_flag, looks.shown_flags(wanted))))


def _flag(flag: Flag) -> SafeString:
    picture, words = icon(flag.icon, 14) if flag.icon else NOTHING, str(flag.words)
    if flag.bare:
        return drawn(
            '<span class="yl-flag is-bare" role="img" aria-label="{0}" title="{0}">{1}</span>',
            words,
            picture,
        )
    return drawn(
        '<span class="yl-flag{}" title="{}">{}{}</span>',
        f" yl-flag-{flag.tone}" if flag.tone else "",
        flag.title or words,
        picture,
        words,
    )


def timer(since: datetime, promised: int, predicted: str) -> SafeString:
    """Waited / promised minutes with a bar, and a range below it; ticked by clock.js."""
    wait = Wait(waiting.whole_minutes(since, clock.now()), promised)
    said = _("Waited %(waited)s of %(promised)s min") % {
        "waited": wait.waited,
        "promised": promised,
    }
    return drawn(
        '<div class="yl-timer {}" data-since="{}" data-promised="{}"><div class="yl-line1">{}{}'
        '<b data-waited>{}</b>/ {}</div><progress class="yl-meter" value="{}" max="{}"'
        ' aria-label="{}"></progress>{}</div>',
        wait.tone,
        since.isoformat(),
        promised,
        icon("clock-exclamation", 14),
        icon("alarm", 14),
        wait.waited,
        wording.minutes(promised),
        wait.shown,
        promised,
        said,
        drawn("<span>{}</span>", predicted) if predicted else NOTHING,
    )


def timer_line(since: datetime, promised: int) -> SafeString:
    """Waited / promised in one line, for narrow lists; ticked by clock.js."""
    wait = Wait(waiting.whole_minutes(since, clock.now()), promised)
    return drawn(
        '<span class="yl-timer-line {}" data-since="{}" data-promised="{}">{}{}'
        "<b data-waited>{}</b> / {}</span>",
        wait.tone,
        since.isoformat(),
        promised,
        icon("clock-exclamation", 14),
        icon("alarm", 14),
        wait.waited,
        wording.minutes(promised),
    )


def deed(
    url: str, label: str, token: str, request_key: UUID | str, options: DeedOptions
) -> SafeString:
    """One button that does one thing, in a form of its own that also works without scripts.

    It replaces its target, and nothing without one. `token` is the page's against forged requests.
    """
    return drawn(
        '<form method="post" action="{0}" class="yl-deed" hx-post="{0}"{1} hx-disable="find button"'
        '{2}>{3}{4}<button class="btn btn-{5}{6}"{7}>{8}{9}{10}</button></form>',
        url,
        _swapped(options),
        _asked(options, label),
        _hidden("csrfmiddlewaretoken", token) if token and token != "NOTPROVIDED" else NOTHING,  # noqa: S105
        _sent(request_key, options),
        options.get("kind", "primary"),
        _if(" {}", options.get("classes")),
        _if(' data-key="{}"', options.get("key")),
        icon(options["icon"]) if options.get("icon") else NOTHING,
        label,
        _if(' <kbd class="yl-kbd" aria-hidden="true">{}</kbd>', _pressed(options)),
    )


def _pressed(options: DeedOptions) -> str:
    """A key as pages show it."""
    return str(options.get("key", "")).replace("+", " ").replace("Enter", "↵")


def deeds(label: str, token: str, options: DeedOptions) -> Callable[[str, int], SafeString]:
    """`deed` for every row of a list, by its address and version: what all share is drawn once."""
    given: Any = {**options, "version": "{1}"}
    form = deed("{0}", label, token, "{2}", given)

    def one(url: str, version: int) -> SafeString:
        return drawn(form, url, version, new_id())

    return one


def more(key: object, inside: SafeString) -> SafeString:
    """A button of three dots, and the menu that it opens."""
    return drawn(
        '<button type="button" class="yl-iconbtn yl-more" popovertarget="more-{0}"'
        ' aria-label="{1}" title="{1}">{2}</button>'
        '<div id="more-{0}" popover class="yl-pop yl-menu-list">{3}</div>',
        key,
        _("More"),
        icon("dots"),
        inside,
    )


def _swapped(options: DeedOptions) -> SafeString:
    target = options.get("target")
    if not target:
        return SafeString(' hx-swap="none"')
    swap = options.get("swap") or "outerHTML"
    return drawn(' hx-target="{}" hx-swap="{}"', target, swap)


def _asked(options: DeedOptions, label: str) -> SafeString:
    question = options.get("confirm")
    if not question:
        return NOTHING
    return drawn(' hx-confirm="{}" data-yes="{}"', question, options.get("yes") or label)


def _sent(request_key: UUID | str, options: DeedOptions) -> SafeString:
    fields = [_hidden("request_key", request_key)]
    if version := options.get("version"):
        fields.append(_hidden("version", version))
    if name := options.get("name"):
        fields.append(_hidden(name, options.get("value", "")))
    return SafeString("".join(fields))


def _hidden(name: str, value: object) -> SafeString:
    return drawn('<input type="hidden" name="{}" value="{}">', name, value)


def _if(form: str, value: object) -> SafeString:
    return drawn(form, value) if value else NOTHING
