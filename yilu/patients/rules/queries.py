"""What somebody means who types into the one search box."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from yilu.patients.rules.index import (
    card_blind,
    contact_blind,
    paper_blind,
    tail_blind,
)
from yilu.patients.rules.names import query_tokens
from yilu.patients.rules.papers import BadPaper, looks_like_resident_id, normal_number, read_paper
from yilu.patients.rules.scans import card_line
from yilu.patients.rules.text import fold, tidy
from yilu.platform.phones import BadPhone, normal_phone

LONGEST = 100
TAIL = re.compile(r"\d{3}[\dX]")


@dataclass(frozen=True, slots=True)
class Query:
    """A search taken apart: words of a name, and a number that is whole or its last four."""

    names: tuple[str, ...] = ()
    written: str = ""
    number: str = ""
    tail: bytes | None = None
    contacts: tuple[bytes, ...] = ()
    papers: tuple[bytes, ...] = ()
    card: bytes | None = None

    @property
    def is_empty(self) -> bool:
        return not self.names and not self.number

    @property
    def is_exact(self) -> bool:
        """Whether it names one person's number, and not only its end."""
        return bool(self.number) and self.tail is None


def read_query(typed: str, today: date) -> Query:
    """Take a search apart. Spaces, dashes, full-width letters and capitals do not matter.

    Of a line that a reader typed only the card's number counts: it names one person.
    """
    text = card_line(typed) or tidy(typed)[:LONGEST]
    if "@" in text:
        address = fold(text).strip()
        return Query(number=address, contacts=(contact_blind(address),))
    if looks_like_resident_id(text):
        return _numbered((), "", normal_number(text), today)
    words = re.sub(r"(?<=[^\W\d_a-z])(?=\d)|(?<=\d)(?=[^\W\d_a-z])", " ", fold(text)).split()
    with_digits = [word for word in words if re.search(r"\d", word)]
    name = " ".join(word for word in words if word not in with_digits)
    tokens = tuple(query_tokens(name))
    return _numbered(tokens, name, normal_number("".join(with_digits)), today)


def _numbered(names: tuple[str, ...], written: str, number: str, today: date) -> Query:
    if not number:
        return Query(names, written)
    if TAIL.fullmatch(number):
        return Query(names, written, number, tail=tail_blind(number))
    return Query(
        names,
        written,
        number,
        contacts=_contacts(number),
        papers=_papers(number, today),
        card=card_blind(number),
    )


def _contacts(number: str) -> tuple[bytes, ...]:
    wechat = contact_blind(number.lower())
    try:
        return (contact_blind(normal_phone(number)), wechat)
    except BadPhone:
        return (wechat,)


def _papers(number: str, today: date) -> tuple[bytes, ...]:
    """The number as typed, and for a resident's 15 digits the 18 under which it is kept."""
    found = {paper_blind(number)}
    with suppress(BadPaper):  # Another paper's number is looked for as it was typed.
        found.add(paper_blind(read_paper("", number, today).number))
    return tuple(sorted(found))
