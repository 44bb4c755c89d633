"""Parts and wordings for templates: `{% load yl %}`. The living page at /design shows each."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Unpack

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.template import defaultfilters
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from yilu.platform import audit, clock, daygrid, drawing, faults, looks, waiting, wording
from yilu.platform.drawing import DeedOptions
from yilu.platform.errors import DomainError
from yilu.platform.faults import Fault
from yilu.platform.ids import new_id
from yilu.platform.live import tokens
from yilu.platform.shell import MenuItem

register = template.Library()

HTML_LANGUAGES = {"zh-hans": "zh-Hans"}


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A Tabler icon named in icons.txt, for the eye only: a word or a label must say the same."""
    return drawing.icon(name, size)


@register.simple_tag
def mark(size: int = 34) -> SafeString:
    """The product's mark."""
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="" class="yl-mark">',
        static("platform/mark.svg"),
        size,
        size,
    )


@register.simple_tag
def sheets(names: str) -> SafeString:
    """Links to our style sheets, in the order given."""
    links = ((static(f"platform/css/{name}.css"),) for name in names.split())
    return format_html_join("\n  ", '<link rel="stylesheet" href="{}">', links)


@register.filter
def html_lang(language: str) -> str:
    """A language of Django as the `lang` attribute writes it."""
    return HTML_LANGUAGES.get(language, language)


@register.filter
def money(amount: Decimal | int | str | None) -> str:
    """`¥1,234.00`; nothing for no amount."""
    return "" if amount is None else wording.money(amount)


@register.filter
def clock_filter(moment: datetime | None) -> str:
    """`09:05`, of a moment already on the reader's wall clock."""
    return "" if moment is None else wording.clock_time(moment)


@register.filter("date")
def date_filter(moment: date | None, pattern: str | None = None) -> str:
    """As Django's filter of this name, of a moment already on the reader's wall clock.

    Django's own moves a moment to the zone of the server first, which is no clinic's.
    """
    written: str = defaultfilters.date(moment, pattern)
    return written


register.filter("clock", clock_filter)
register.filter("clock_seconds", wording.clock_seconds)
register.filter("day", wording.day)
register.filter("long_day", wording.long_day)
register.filter("minutes", wording.minutes)
register.filter("mask_phone", wording.mask_phone)
register.filter("state", looks.state_class)


@register.simple_tag
def badge(state: str, words: str, icon_name: str = "") -> SafeString:
    """A state with its word."""
    if icon_name:
        return format_html(
            '<span class="yl-badge has-i {}">{}{}</span>',
            looks.state_class(state),
            icon(icon_name, 14),
            words,
        )
    return format_html('<span class="yl-badge {}">{}</span>', looks.state_class(state), words)


@register.simple_tag
def timer(since: datetime, promised: int, predicted: str = "") -> SafeString:
    """Waited / promised minutes with a bar; `predicted` is the range below it."""
    return drawing.timer(since, promised, predicted)


register.simple_tag(drawing.flags)
register.simple_tag(drawing.timer_line)
register.simple_tag(drawing.address)
register.simple_tag(daygrid.cards)
register.simple_tag(daygrid.place)


@register.inclusion_tag("platform/_countdown.html")
def countdown(until: datetime, whole_minutes: int, left: str, over: str) -> dict[str, Any]:
    """What is left of `whole_minutes` until `until`; past it, how far over. Two words say which."""
    seconds = int((until - clock.now()).total_seconds())
    spent = whole_minutes - seconds / 60
    return {
        "until": until,
        "whole_minutes": whole_minutes,
        "figure": waiting.countdown(seconds),
        "tone": waiting.tone(spent, whole_minutes),
        "left": left,
        "over": over,
        "words": over if seconds < 0 else left,
    }


@register.simple_tag
def live(
    url: str,
    *topics: str | Sequence[str],
    swap: str = "innerMorph",
    every: int = 0,
    typed: str = "",
    chosen: str = "",
) -> SafeString:
    """Attributes of a part that others can change: fetched again when a topic of it changes.

    Naming a topic here lets this page listen to it: the view has asked for the right to see it.
    The address answers with the inside of the part; with `swap="outerMorph"` with the part
    itself, which may then name other topics than before.

    What a part says of time grows old though nothing happens: with `every` it is also fetched
    again whenever so many minutes of clinic time have begun.

    What its reader chose meanwhile, such as a filter beside it, is the selector `chosen`: it goes
    along, so that a refresh shows what they see. Such a control names `hx-sync="#part:replace"`.

    A form in it is fetched with `typed`, the selector of what to send along: its address takes a
    POST and answers with the form as it should go on, or with 204 to leave it alone.
    """
    named = [one for given in topics for one in ([given] if isinstance(given, str) else given)]
    return format_html(
        'data-live-topic="{}"{} {}="{}"{} hx-trigger="live" hx-swap="{}"',
        " ".join(map(tokens.signed, named)),
        format_html(' data-live-every="{}"', every) if every else "",
        "hx-post" if typed else "hx-get",
        url,
        format_html(' hx-include="{}"', typed or chosen) if typed or chosen else "",
        swap,
    )


@register.simple_tag(takes_context=True)
def deed(context: Context, url: str, label: str, **options: Unpack[DeedOptions]) -> SafeString:
    """One button that does one thing, in a form of its own that also works without scripts.

    Options: kind (primary, quiet, soft, bare, stop, stop-solid), key, icon, target, swap, version,
    confirm (asks first), yes (the word on the asking dialog's button), classes, name and value.
    """
    return drawing.deed(url, label, str(context.get("csrf_token") or ""), new_id(), options)


@register.simple_tag
def request_key() -> SafeString:
    """The hidden field that makes sending a form twice do its work once."""
    return format_html('<input type="hidden" name="request_key" value="{}">', new_id())


@register.inclusion_tag("platform/_nav_item.html")
def nav_item(item: MenuItem) -> dict[str, Any]:
    """One workspace in a bar."""
    return {
        "url": item.url,
        "icon": item.icon,
        "label": item.label,
        "waiting": item.count,
        "is_here": item.current,
    }


@register.inclusion_tag("platform/_field.html")
def field(bound: BoundField, hint: str = "", label: str = "") -> dict[str, Any]:
    """A field of a form: label above, hint and what is wrong below. Keeps what was typed."""
    widget = bound.field.widget
    hint = hint or str(bound.help_text)
    return {
        "field": bound,
        "control": bound.as_widget(attrs=_control_attributes(bound, hint)),
        "label": label or bound.label,
        "hint": hint,
        "is_box": isinstance(widget, CheckboxInput),
        "is_group": isinstance(widget, RadioSelect),
    }


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    """A field's control alone, for tables whose head says what it is; its label is read aloud."""
    attributes = _control_attributes(bound, "")
    attributes.pop("aria-describedby", None)
    return bound.as_widget(attrs=attributes | {"aria-label": str(bound.label)})


def _control_attributes(bound: BoundField, hint: str) -> dict[str, str | bool]:
    """How the control looks, and which words below it belong to it."""
    widget = bound.field.widget
    look = "form-select" if isinstance(widget, Select) else "form-control"
    if isinstance(widget, CheckboxInput | RadioSelect):
        look = "form-check-input"
    described = [f"{bound.auto_id}-error"] if bound.errors else []
    described += [f"{bound.auto_id}-hint"] if hint else []
    attributes: dict[str, str | bool] = {"class": look}
    if bound.errors:
        attributes |= {"class": f"{look} is-invalid", "aria-invalid": "true"}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return attributes


@register.tag
def more(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """`{% more row.id %} … {% endmore %}`: the menu behind `…`, with every other deed of a row."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError("more takes one thing: what makes its id unique")
    inside = parser.parse(("endmore",))
    parser.delete_first_token()
    return MoreNode(parser.compile_filter(bits[1]), inside)


class MoreNode(template.Node):
    """A button of three dots and the menu that it opens."""

    def __init__(self, key: template.base.FilterExpression, inside: template.NodeList) -> None:
        self.key = key
        self.inside = inside

    def render(self, context: Context) -> SafeString:
        return drawing.more(self.key.resolve(context), self.inside.render(context))


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, to go through in a template."""
    return text.split()


@register.simple_tag
def stated_reasons() -> list[audit.Opened]:
    """The records on this page that are open only for a stated reason. No query."""
    return [one for one in audit.grounds().values() if one.until is not None]


@register.simple_tag
def fault(error: DomainError) -> Fault:
    """The words of a whole page about a refusal."""
    said = "" if error.status in {400, 404, 500} else str(error)
    return faults.describe(error.status, said)
