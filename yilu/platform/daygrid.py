"""The cards of a day grid, and where on it a stretch of time stands.

A board draws cards by the hundred, so they are drawn without a template, as `drawing` does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.safestring import SafeString

from yilu.platform import looks, wording
from yilu.platform.drawing import NOTHING, drawn, flags

FIVE_MINUTES = 300
LAST_PLACE = 287
LONGEST = 288
# Up to so many minutes a card has one line, or two low ones; from so many on it has three.
ONE_LINE, LOW_LINES, THREE_LINES = 15, 25, 40


@dataclass(frozen=True, slots=True)
class Card:
    """One booking on a day grid, in the words that matter now.

    With a `version` it is a cell of a grid on which it can be moved or made longer, as far as
    `may_move` and `may_size` say.
    """

    starts_at: datetime
    ends_at: datetime
    minutes: int
    state: str
    name: str
    flags: tuple[str, ...]
    now: str
    service: str
    third: str
    url: str
    id: UUID | None = None
    version: int = 0
    may_move: bool = False
    may_size: bool = False


def place(starts_at: datetime, ends_at: datetime, opens_at: datetime) -> str:
    """Where a card stands on a day grid that begins at `opens_at`: `at-12 for-6`.

    Cut at the head of the board, and never shorter than five minutes.
    """
    # Through UTC: in a night in which clocks change, the wall does not say how long it was.
    starts_at, ends_at, opens_at = (at.astimezone(UTC) for at in (starts_at, ends_at, opens_at))
    first = int((starts_at - opens_at).total_seconds() // FIVE_MINUTES)
    last = -int((opens_at - ends_at).total_seconds() // FIVE_MINUTES)
    begin = min(max(first, 0), LAST_PLACE)
    return f"at-{begin} for-{min(max(last - begin, 1), LONGEST)}"


def cards(shown: Iterable[Card], opens_at: datetime) -> SafeString:
    """Cards on a grid that begins at `opens_at`. What matters most stands in the first line."""
    return SafeString("\n".join(_card(one, opens_at) for one in shown))


def _card(one: Card, opens_at: datetime) -> SafeString:
    return drawn(
        '<a class="yl-book {}" href="{}" data-row{}><div class="yl-line1">'
        '<span class="yl-name" translate="no">{}</span>{}{}</div>{}{}</a>',
        _look(one, opens_at),
        one.url,
        _cell(one),
        one.name,
        _now(one) if one.minutes <= ONE_LINE else NOTHING,
        flags(one.flags) if one.flags else NOTHING,
        _second(one) if one.minutes > ONE_LINE else NOTHING,
        _third(one) if one.minutes >= THREE_LINES else NOTHING,
    )


def _look(one: Card, opens_at: datetime) -> SafeString:
    """The classes of a card: its colours, how high it is, and where it stands."""
    height = "" if one.minutes > LOW_LINES else " is-mid" if one.minutes > ONE_LINE else " is-short"
    where = place(one.starts_at, one.ends_at, opens_at)
    return SafeString(f"{looks.state_class(one.state)}{height} {where}")


def _cell(one: Card) -> SafeString:
    """What the keys and the hand need to know of a card that can be moved: keys and numbers."""
    named = f' id="card-{one.id}"' if one.id else ""
    if not one.version:
        return SafeString(named)
    movable = " data-movable" if one.may_move else ""
    sizable = " data-sizable" if one.may_size else ""
    return SafeString(
        f'{named} role="gridcell" tabindex="-1" draggable="false" data-booking="{one.id}"'
        f' data-version="{one.version}" data-minutes="{one.minutes}"{movable}{sizable}'
        f' title="{_hours(one)}"'
    )


def _now(one: Card) -> SafeString:
    return drawn('<b class="yl-st">{}</b>', one.now) if one.now else NOTHING


def _second(one: Card) -> SafeString:
    between = SafeString(" · ") if one.now else NOTHING
    return drawn('<div class="yl-line2">{}{}{}</div>', _now(one), between, one.service)


def _third(one: Card) -> SafeString:
    return drawn('<div class="yl-line2">{}</div>', one.third or _hours(one))


def _hours(one: Card) -> str:
    return f"{wording.clock_time(one.starts_at)}–{wording.clock_time(one.ends_at)}"
