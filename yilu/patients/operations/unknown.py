"""Making a record for somebody whom nobody knows yet."""

from dataclasses import replace
from uuid import UUID

from yilu.facility.selectors.sites import site_info
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.rules.unknown import unknown_name
from yilu.platform import clock, numbers
from yilu.platform.actors import Actor
from yilu.platform.db import operation


@operation
def register_unknown(*, actor: Actor, site_id: UUID, facts: PatientFacts) -> UUID:
    """Make a record for somebody unconscious or unable to say who they are; care cannot wait.

    The name is given; of the facts holds what can be seen, or was found on them.

    Raises:
        Invalid, AlreadyRegistered, NotAllowed: as when registering.
    """
    at = clock.now().astimezone(site_info(site_id).zone)
    nth = numbers.take(f"patients.unknown.{facts.sex}.{at:%Y%m%d%H%M}")
    name = unknown_name(sex=facts.sex, at=at, nth=nth)
    return register_patient(actor=actor, site_id=site_id, facts=replace(facts, name=name))
