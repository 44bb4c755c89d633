"""People to test with, made by the product's own operations."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from yilu.facility.models import Site
from yilu.patients import permissions
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.rules.papers import check_character
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id

ALL = (permissions.SEE, permissions.REGISTER, permissions.CHANGE)
MERGER = (*ALL, permissions.MERGE)
_numbers = count(1)


def make_site(**fields: Any) -> Site:
    """A clinic in Shanghai time."""
    n = next(_numbers)
    names = {"zh-Hans": f"分院{n}", "en": f"Clinic {n}"}
    defaults = {"key": f"site-{n}", "name": names, "short_name": names, "address": names}
    return Site.objects.create(**defaults | {"time_zone": "Asia/Shanghai"} | fields)


def make_actor(*sites: Site, grants: Iterable[str] = ALL) -> Actor:
    """Somebody at the desk of these sites."""
    pairs = frozenset((grant, site.pk) for grant in grants for site in sites)
    return Actor(kind="staff", name="desk", user_id=new_id(), grants=pairs)


def make_id_number(born_on: date = date(1985, 3, 14), order: int = 1) -> str:
    """A resident's number that is right in form, of a region that was never given."""
    first = f"999999{born_on:%Y%m%d}{order:03d}"
    return first + check_character(first)


def make_phone(n: int | None = None) -> str:
    """A phone of a series that was never given.

    Counted ones end in 1, for the provider's sandbox reaches nobody at certain endings.
    """
    return f"121{n:08d}" if n is not None else f"1219{next(_numbers):06d}1"


def make_patient(site: Site, name: str = "张小明", **facts: Any) -> UUID:
    """A registered patient."""
    return register_patient(
        actor=make_actor(site), site_id=site.pk, facts=PatientFacts(name=name, **facts)
    )
