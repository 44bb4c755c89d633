"""Papers of consents as they were kept, and whether they still are what was signed."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.clinical.errors import PaperAltered
from yilu.clinical.models import ConsentPaper, TreatmentConsent
from yilu.clinical.rules.consents import CODE_LETTERS, read_code, shown_code
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.papers import Paper
from yilu.clinical.selectors.private import refuse_family
from yilu.clinical.states import ConsentState
from yilu.facility.selectors.sites import group_name, site_info, site_zone
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.crypto import CannotDecrypt
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class Verified:
    """What anybody may know of a paper: nothing of whom it is about."""

    code: str
    clinic: str
    title: Localized
    template: str
    template_version: str
    state: str
    decided_at: datetime
    withdrawn_at: datetime | None
    signatures: int
    sha256: str
    is_unaltered: bool

    @property
    def state_label(self) -> str:
        return str(ConsentState(self.state).label)


def consent_paper(actor: Actor, consent_id: UUID) -> Paper:
    """The paper of a decided consent, for staff of its site and for its patient. Four queries.

    Raises:
        NotFound.
        PaperAltered: what is kept is not what was signed; it is shown to nobody.
    """
    row = TreatmentConsent.objects.filter(pk=consent_id).first()
    if row is None or not ConsentPaper.objects.filter(pk=consent_id).exists():
        raise NotFound
    if actor.kind != "patient":
        setting(actor, row.visit_id)
    elif not actor.is_owner(row.patient_id):
        raise NotFound
    else:
        refuse_family(actor, row.visit_id)
    content = _unaltered(consent_id)
    if content is None:
        raise PaperAltered
    audit.seen(actor, [row.patient_id], "consent paper")
    return Paper(f"consent-{shown_code(row.code)}", content)


def verified(typed: str) -> Verified:
    """What is kept of the paper with this code, read and sealed anew. Five queries.

    Raises: NotFound.
    """
    code = read_code(typed)
    if len(code) != CODE_LETTERS:
        raise NotFound
    row = TreatmentConsent.objects.filter(code=code).first()
    sealed = ConsentPaper.objects.filter(consent=row).values_list("sha256", flat=True).first()
    if row is None or row.decided_at is None or sealed is None:
        raise NotFound
    site = site_info(row.site_id)
    zone = site_zone(row.site_id)
    return Verified(
        code=shown_code(code),
        clinic=f"{group_name()} {site.name}".strip(),
        title=Localized(row.content["title"]),
        template=row.template,
        template_version=row.template_version,
        state=row.state,
        decided_at=row.decided_at.astimezone(zone),
        withdrawn_at=row.withdrawn_at.astimezone(zone) if row.withdrawn_at else None,
        signatures=row.signatures.count(),
        sha256=sealed,
        is_unaltered=_unaltered(row.pk) is not None,
    )


def _unaltered(consent_id: UUID) -> bytes | None:
    """The bytes of a paper; None when they are not those that were signed. One query."""
    try:
        paper = ConsentPaper.objects.get(pk=consent_id)
    except CannotDecrypt:
        return None
    content = base64.b64decode(paper.content or "")
    return content if hashlib.sha256(content).hexdigest() == paper.sha256 else None
