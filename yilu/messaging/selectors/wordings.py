"""Which words hold now: the clinic's own, else those that come with the product."""

from dataclasses import replace

from yilu.messaging.models import Template
from yilu.messaging.rules.templates import Wording, shipped, shipped_wording
from yilu.platform.names import Localized


def wording(key: str) -> Wording:
    """The words of a template as they hold now. One query. Raises: UnknownTemplate."""
    known = shipped_wording(key)
    own = Template.objects.filter(key=key).first()
    return _joined(known, own)


def wordings() -> list[Wording]:
    """All templates as they hold now, in the order of the file. One query."""
    own = {template.key: template for template in Template.objects.all()}
    return [_joined(known, own.get(known.key)) for known in shipped().values()]


def _joined(known: Wording, own: Template | None) -> Wording:
    if own is None:
        return known
    return replace(
        known,
        name=Localized(own.name),
        bodies={**known.bodies, **own.bodies},
        provider_ids=own.provider_ids,
        is_active=own.is_active,
        version=own.version,
    )
