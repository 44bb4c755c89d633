"""Insisting on one room, chair or device among those that a booking could take."""

from collections.abc import Sequence
from uuid import UUID

from yilu.scheduling.errors import PlaceUnsuited, SlotTaken
from yilu.scheduling.models import Resource
from yilu.scheduling.rules import Choice
from yilu.scheduling.selectors.facts import Facts


def needs_met(facts: Facts, kind: str, detail: str) -> list[bool]:
    """For each need of a service whether a thing of this kind and detail meets it. No query."""
    return [wanted == kind and sort in {"", detail} for wanted, sort in facts.needs]


def with_thing(found: Sequence[Choice], facts: Facts, thing_id: UUID) -> list[Choice]:
    """Only what takes that thing. One query. Raises: PlaceUnsuited, SlotTaken."""
    thing = Resource.objects.filter(pk=thing_id).first()
    wanted = needs_met(facts, thing.kind, thing.detail) if thing else []
    if not any(wanted):
        raise PlaceUnsuited
    nth = wanted.index(True)
    narrowed = []
    for choice in found:
        only = tuple(one for one in choice.things[nth] if one.resource_id == thing_id)
        things = (*choice.things[:nth], only, *choice.things[nth + 1 :])
        if only:
            narrowed.append(Choice(choice.practitioner, things))
    if not narrowed:
        raise SlotTaken
    return narrowed
