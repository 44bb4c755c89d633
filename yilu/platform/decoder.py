"""The one strict reader of what comes from outside: JSON, query strings, forms.

What the product could not store, show or send on again is refused here, before any view sees it.
"""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import unquote_plus

from django.http.request import QueryDict
from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import BadRequest, DomainError

LARGEST_BODY = 2 * 1024 * 1024
DEEPEST = 32
MOST_KEYS = 1000
LARGEST_INTEGER = 2**63 - 1
LONGEST_NUMBER = 40

_NON_CHARACTERS = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
# Control characters but tab and line ends, lone surrogates, what a decoder gave up on, marks
# that reverse the order in which text is shown, and code points that are no characters.
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    f"\ud800-\udfff\ufdd0-\ufdef\N{REPLACEMENT CHARACTER}{_NON_CHARACTERS}]"
)


class Undecodable(BadRequest):
    code = "undecodable"
    message = _("This request contains something that cannot be kept.")


class TooLarge(DomainError):
    code, status = "too_large", 413
    message = _("That is too large.")


class WrongMediaType(DomainError):
    code, status = "wrong_media_type", 415
    message = _("Send this as application/json.")


def is_readable(text: str) -> bool:
    """Whether the product can store the text and show it again as it was written."""
    return _UNREADABLE.search(text) is None


def read_json(raw: bytes) -> Any:
    """A JSON value, with fractions as `Decimal`.

    Raises:
        TooLarge: more than two megabytes.
        Undecodable: not JSON in UTF-8; a name twice in one object; unreadable text; NaN and
            infinities; whole numbers beyond 64 bits; deeper than 32; more than 1,000 names.
    """
    if len(raw) > LARGEST_BODY:
        raise TooLarge
    try:
        text = raw.decode("utf-8")
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise Undecodable from error
    if _needs_a_walk(text):
        _walk(value)
    return value


def check_texts(texts: Iterable[str]) -> None:
    """Refuse the request if one of the texts is unreadable. Raises: Undecodable."""
    if not all(is_readable(text) for text in texts):
        raise Undecodable


def check_form(form: QueryDict) -> None:
    """Refuse unreadable names and values of a form or query. Raises: Undecodable."""
    for name, values in form.lists():
        check_texts([name, *(value for value in values if isinstance(value, str))])


def check_query(query: str) -> None:
    """Refuse an unreadable query string; plain ones cost nothing. Raises: Undecodable."""
    if "%" in query or not query.isascii():
        check_texts([unquote_plus(query, errors="replace")])


def _refuse(_text: object) -> NoReturn:
    raise ValueError


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER or abs(number := int(text)) > LARGEST_INTEGER:
        raise ValueError
    return number


def _fraction(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= LONGEST_NUMBER else _refuse(text)
    if abs(number.adjusted()) > LONGEST_NUMBER:
        raise ValueError
    return number


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_fraction, parse_constant=_refuse
)


def _needs_a_walk(text: str) -> bool:
    """Most bodies are shown to be harmless by looking at their text, without a walk."""
    return (
        "\\u" in text
        or text.count("{") + text.count("[") > DEEPEST
        or text.count(":") > MOST_KEYS
        or not is_readable(text)
    )


def _walk(value: Any) -> None:
    keys, waiting = 0, [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, dict):
            keys += len(node)
            check_texts(node)
            children: Iterable[Any] = node.values()
        elif isinstance(node, list):
            children = node
        else:
            if isinstance(node, str):
                check_texts([node])
            continue
        if depth > DEEPEST or keys > MOST_KEYS:
            raise Undecodable
        waiting += [(child, depth + 1) for child in children]
