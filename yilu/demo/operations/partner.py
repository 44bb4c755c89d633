"""The demonstration's partner: a platform whose users book, and whose receiver is a sandbox."""

from uuid import UUID

from django.conf import settings

from yilu.demo.sandbox.accounts import write_partner_key
from yilu.demo.sandbox.partner import PartnerSandbox
from yilu.interop import permissions
from yilu.interop.operations.keys import make_key
from yilu.interop.operations.partners import PartnerFacts, add_partner
from yilu.platform.actors import Actor
from yilu.platform.db import operation

NAME = "健康通预约平台"


@operation
def add_sandbox_partner(*, actor: Actor, site_ids: list[UUID]) -> UUID:
    """Agree with the platform on all sites, and give it a key, which only its sandbox learns."""
    able = actor.lent(permissions.SEE, permissions.MANAGE)
    address = f"http://127.0.0.1:{settings.SANDBOX_PORT}{PartnerSandbox.prefix}"
    facts = PartnerFacts(name=NAME, sites=tuple(site_ids), webhook_url=address)
    partner_id = add_partner(actor=able, facts=facts)
    made = make_key(actor=able, partner_id=partner_id)
    write_partner_key(made.name, made.secret)
    return partner_id
