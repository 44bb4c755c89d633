"""What a line of the record or an event is about: a row of ours, or one of another app's."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Subject:
    """A row of another app, by its model's label (`visits.visit`) and key."""

    label: str
    pk: UUID


def label_of(subject: Model | Subject) -> str:
    """The label of the model, in lower case."""
    if isinstance(subject, Subject):
        return subject.label
    return subject._meta.label_lower  # noqa: SLF001 (Django documents _meta)
