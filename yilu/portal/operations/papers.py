"""The question that guards the papers behind a link."""

from datetime import date
from uuid import UUID

from yilu.platform import audit, links
from yilu.platform.actors import Actor
from yilu.platform.db import deed, operation
from yilu.platform.subjects import Subject
from yilu.portal.errors import WrongBirthDate
from yilu.portal.selectors.doors import is_birth_date


def answer_birth_date(*, actor: Actor, link_id: UUID, patient_id: UUID, born_on: date) -> None:
    """Let the holder of a link read papers if they know the birth date. Call outside a deed.

    The try is counted and kept before the answer is looked at: five wrong ones shut the papers.

    Raises:
        TooManyTries: five were wrong.
        WrongBirthDate, BirthDateUnknown.
    """
    with deed():
        links.count_try(link_id)
    if not is_birth_date(patient_id, born_on):
        raise WrongBirthDate
    _open(actor=actor, link_id=link_id, patient_id=patient_id)


@operation
def _open(*, actor: Actor, link_id: UUID, patient_id: UUID) -> None:
    links.forget_tries(link_id)
    audit.record(
        actor, "portal.link.papers_opened", Subject("platform.link", link_id),
        patient_id=patient_id,
    )  # fmt: skip
