"""What else the one box may find: higher apps say here what a code or number of theirs leads to."""

from collections.abc import Callable
from dataclasses import dataclass

from yilu.platform.actors import Actor


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was scanned or typed: what it is, how it stands, and where it leads.

    `is_dialog`: the address opens as a dialog over the page. No address: there is nothing to do.
    """

    title: str
    text: str
    url: str = ""
    is_dialog: bool = False


Finder = Callable[[Actor, str], list[Found]]
_finders: list[Finder] = []


def add(finder: Finder) -> None:
    """Have a function asked about what is typed. It must cost no query for what is not its own."""
    if finder not in _finders:
        _finders.append(finder)


def found(actor: Actor, typed: str) -> list[Found]:
    """What the other apps know by these characters. No query but for what looks like theirs."""
    return [one for finder in _finders for one in finder(actor, typed)]
