"""The texts of treatment consents that hold now, and the versions a clinic made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.models import ConsentText
from yilu.clinical.rules.consents import ConsentWords, shipped_words
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.workforce.selectors.staff import staff_names

OWN = "own-{n}"


@dataclass(frozen=True, slots=True)
class TextVersion:
    """A version that the clinic published."""

    version: str
    published_at: datetime
    by: PersonName | None
    high_risk: bool
    title: Localized


def consent_words(key: str) -> ConsentWords:
    """The version of a text that is used now. One query. Raises: NotFound."""
    shipped = shipped_words().get(key)
    if shipped is None:
        raise NotFound
    own = ConsentText.objects.filter(key=key).order_by("-n").first()
    return _own(shipped, own) if own else shipped


def current_words() -> Mapping[str, ConsentWords]:
    """Every text in the version that is used now, by key. One query."""
    newest = ConsentText.objects.order_by("key", "-n").distinct("key")
    own = {one.key: one for one in newest}
    return {
        key: _own(words, own[key]) if key in own else words
        for key, words in shipped_words().items()
    }


def text_versions(actor: Actor, key: str) -> list[TextVersion]:
    """What the clinic made of a text, the newest first, by the clock of the reader's site.

    Two queries. Raises: NotFound, NotAllowed.
    """
    actor.require_anywhere(permissions.OVERSEE)
    if key not in shipped_words():
        raise NotFound
    rows = list(ConsentText.objects.filter(key=key).order_by("-n"))
    here = actor.sites(permissions.OVERSEE)
    zone = site_zone(min(here)) if here else UTC
    names: Mapping[UUID, PersonName] = staff_names([one.published_by_id for one in rows])
    return [
        TextVersion(
            OWN.format(n=one.n),
            one.published_at.astimezone(zone),
            names.get(one.published_by_id) if one.published_by_id else None,
            one.high_risk,
            one.title,
        )
        for one in rows
    ]


def _own(shipped: ConsentWords, own: ConsentText) -> ConsentWords:
    return replace(
        shipped,
        version=OWN.format(n=own.n),
        title=own.title,
        high_risk=own.high_risk,
        sections={
            code: {language: tuple(texts) for language, texts in found.items()}
            for code, found in own.sections.items()
        },
    )
