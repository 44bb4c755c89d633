"""The people of an account."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.facility.selectors.sites import open_sites
from yilu.patients.operations.consents import give_consent
from yilu.patients.operations.patients import register_patient
from yilu.patients.operations.relations import relate
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.selectors.patients import patient_briefs
from yilu.patients.states import ConsentHow, ConsentKind
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import FieldError, Invalid, NotFound, NotSignedIn
from yilu.platform.names import CHINESE, ENGLISH, reader_is_english


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of the family, and what they are to the account's first patient."""

    name: str
    sex: str
    born_on: date
    kind: str


@operation
def add_relative(*, actor: Actor, relative: Relative, phone: str) -> UUID:
    """Register somebody of the family, so that the account may book for them.

    Raises:
        NotSignedIn, NotFound: there is no account, or no site is open.
        Invalid: a fact cannot be, or they are in the account already.
    """
    if actor.kind != "patient" or actor.user_id is None:
        raise NotSignedIn
    site = next(iter(open_sites()), None)
    if site is None:
        raise NotFound
    mine = patient_briefs(actor, actor.owns, "portal.people").values()
    if any((one.name.written, one.born_on) == (relative.name, relative.born_on) for one in mine):
        says = _("%(name)s is in your account already.") % {"name": relative.name}
        raise Invalid(FieldError("name", "known", says))
    facts = PatientFacts(
        name=relative.name, sex=relative.sex, born_on=relative.born_on, phone=phone,
        language=ENGLISH if reader_is_english() else CHINESE,
    )  # fmt: skip
    patient_id = register_patient(actor=actor, site_id=site.id, facts=facts)
    owner = replace(actor, owns=actor.owns | {patient_id})
    give_consent(
        actor=owner, patient_id=patient_id,
        kind=ConsentKind.DATA_USE, how=ConsentHow.ONLINE,
    )  # fmt: skip
    for known in sorted(actor.owns)[:1]:
        relate(actor=owner, patient_id=known, kind=relative.kind, relative_id=patient_id)
    return patient_id
