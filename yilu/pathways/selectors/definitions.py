"""Published pathways, as plans to run and as charts to read."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any
from uuid import UUID

from yilu.pathways.errors import UnknownPathway
from yilu.pathways.models import Definition
from yilu.pathways.rules.plan import Plan, plan_of
from yilu.platform.actors import Actor
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class DefinitionLine:
    """One published version of a pathway."""

    id: UUID
    key: str
    version: int
    title: Localized
    published_at: datetime


@lru_cache(maxsize=500)
def plan_by_id(definition_id: UUID) -> Plan:
    """The plan of one version. One query per process: a version never changes."""
    return plan_of(Definition.objects.values_list("body", flat=True).get(pk=definition_id))


def current_definitions(wall: tzinfo = UTC) -> list[DefinitionLine]:
    """The version in use of every pathway, by key, with times on a wall clock. One query."""
    found = Definition.objects.order_by("key", "-version").distinct("key")
    return [_line(one, wall) for one in found.defer("body")]


def versions_of(actor: Actor, key: str, wall: tzinfo = UTC) -> list[DefinitionLine]:
    """Every published version of a pathway, newest first, with times on a wall clock. One query.

    Raises:
        UnknownPathway: there is none.
    """
    found = Definition.objects.filter(key=key).order_by("-version").defer("body")
    lines = [_line(one, wall) for one in found]
    if not lines or not actor.is_staff:
        raise UnknownPathway(key=key)
    return lines


def definition_body(key: str, version: int | None = None) -> dict[str, Any]:
    """What was published under a key: its newest version, or the one asked for. One query.

    Raises:
        UnknownPathway: there is none.
    """
    found = Definition.objects.filter(key=key).order_by("-version")
    if version is not None:
        found = found.filter(version=version)
    body = found.values_list("body", flat=True).first()
    if body is None:
        raise UnknownPathway(key=key)
    return dict(body)


def heard_events() -> frozenset[str]:
    """The names of all events that can move a case: of every version in use. One query."""
    ids = Definition.objects.values_list("id", flat=True)
    return frozenset().union(*(plan_by_id(one).hears for one in ids))


def _line(one: Definition, wall: tzinfo) -> DefinitionLine:
    published_at = one.published_at.astimezone(wall)
    return DefinitionLine(one.pk, one.key, one.version, one.title, published_at)
