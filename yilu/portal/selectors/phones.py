"""By which telephones a clinic is reached, for pages on which nothing else can be done."""

from dataclasses import dataclass

from django.db import DatabaseError

from yilu.facility.selectors.sites import open_sites
from yilu.platform.names import Localized

MOST = 4
OVERLOADED = 503


@dataclass(frozen=True, slots=True)
class Phone:
    """The telephone of a site."""

    site: Localized
    number: str


_known: list[tuple[Phone, ...]] = [()]


def phones(status: int) -> tuple[Phone, ...]:
    """The telephones of the first four sites, for a page that says `status`.

    One query at most: where the database is what is at fault, those that were read before.
    """
    if status != OVERLOADED:
        try:
            there = [Phone(one.short_name, one.phone) for one in open_sites() if one.phone]
        except DatabaseError:
            return _known[0]
        _known[0] = tuple(there[:MOST])
    return _known[0]
