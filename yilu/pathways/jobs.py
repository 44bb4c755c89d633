"""What pathways do when events come in, timers go off, and the product is upgraded."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.pathways import permissions
from yilu.pathways.operations.cases import hear, start_case
from yilu.pathways.operations.definitions import catch_up_definitions
from yilu.pathways.operations.running import LATE
from yilu.pathways.operations.steps import mark_late
from yilu.pathways.selectors.cases import was_started_by
from yilu.pathways.selectors.definitions import current_definitions, heard_events, plan_by_id
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due, handler

ENGINE = Actor.system("pathways", permissions.WORK, permissions.REASSIGN)


@subscriber("pathways.hear", only=heard_events)
def follow(event: Told) -> None:
    """Start and move cases by what definitions say of this event. Bears being run twice."""
    _start(event)
    hear(actor=ENGINE, event=event, subject_ids=frozenset(_concerned(event)))


@handler(LATE, says=_("Tell that a step is late"))
def late(due: Due) -> None:
    """A step is past its time."""
    mark_late(actor=ENGINE, step_id=due.subject_id, level=int(due.body["level"]))


def catch_up(apps: Any = None, **_signal: object) -> None:
    """Give a clinic the pathways of this version, when the tables are those of this version."""
    if apps is not None and "published_by" in _fields(apps):
        catch_up_definitions(actor=Actor.system("pathways.catch_up", permissions.PUBLISH))


def _fields(apps: Any) -> set[str]:
    try:
        return {field.name for field in apps.get_model("pathways", "Definition")._meta.fields}  # noqa: SLF001
    except LookupError:
        return set()


def _start(event: Told) -> None:
    for line in current_definitions():
        plan = plan_by_id(line.id)
        if plan.starts_on is None or not plan.starts_on.matches(event.name, event.body):
            continue
        subject_id = _subject(event, plan.subject)
        if subject_id is None or event.site_id is None or was_started_by(event.id):
            continue
        start_case(
            actor=ENGINE,
            key=plan.key,
            subject_type=plan.subject,
            subject_id=subject_id,
            patient_id=_uuid(event.body.get("patient_id")),
            site_id=event.site_id,
            at=event.at,
            facts={"started_by": event.id},
        )


def _subject(event: Told, subject_type: str) -> UUID | None:
    """The thing of this type that an event is about."""
    if event.subject_type == subject_type:
        return event.subject_id
    return _uuid(event.body.get(f"{subject_type.split('.')[1]}_id"))


def _concerned(event: Told) -> Iterator[UUID]:
    yield event.subject_id
    for name in ("visit_id", "booking_id", "about_id"):
        found = _uuid(event.body.get(name))
        if found is not None:
            yield found


def _uuid(value: object) -> UUID | None:
    return UUID(value) if isinstance(value, str) and value else None
