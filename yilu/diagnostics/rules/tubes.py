"""Which tests share a tube, and by when it is promised. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from yilu.diagnostics.rules.catalogue import LabTable

# What takes this long goes into a tube of its own: what is quick does not wait for it.
SLOW_MINUTES = 480


@dataclass(frozen=True, slots=True)
class Tube:
    """One tube: what is in it, and within how many minutes its report is promised."""

    container: str
    order_ids: frozenset[UUID]
    minutes: int
    is_urgent: bool


def share_out(table: LabTable, orders: Iterable[tuple[UUID, str, bool]]) -> list[Tube]:
    """The tubes for orders of one patient: by container, quick and slow tests apart.

    The promise of a tube is that of its quickest test; one urgent test makes it urgent.
    """
    groups: dict[tuple[str, bool], list[tuple[UUID, str, bool]]] = {}
    for one in orders:
        test = table.tests[one[1]]
        groups.setdefault((test.specimen, test.usual >= SLOW_MINUTES), []).append(one)
    return [
        Tube(
            container,
            frozenset(order_id for order_id, _test, _is_urgent in many),
            min(_promised(table, test, is_urgent=urgent) for _id, test, urgent in many),
            any(urgent for _id, _test, urgent in many),
        )
        for (container, _slow), many in sorted(groups.items())
    ]


def _promised(table: LabTable, test: str, *, is_urgent: bool) -> int:
    known = table.tests[test]
    return known.urgent if is_urgent else known.usual
