"""Publishing pathways: from the folders of the apps, and by a manager."""

from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.apps import apps
from django.utils.translation import gettext as _

from yilu.pathways import permissions
from yilu.pathways.errors import NotAPathway, NothingNew
from yilu.pathways.events import PathwayPublished
from yilu.pathways.models import Definition
from yilu.pathways.rules.checking import problems
from yilu.platform import audit, numbers, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, loaded, operation
from yilu.platform.errors import FieldError
from yilu.platform.inserts import insert
from yilu.platform.names import Localized
from yilu.workforce.selectors.staff import posts

LONGEST = 60_000
DEEPEST = 30
_NEWEST = "key = %(key)s ORDER BY version DESC LIMIT 1"
_IN_USE = """
NOT EXISTS (SELECT 1 FROM pathways_definition n
            WHERE n.key = pathways_definition.key AND n.version > pathways_definition.version)
"""
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


@operation
def publish_definitions(*, actor: Actor) -> list[str]:
    """Publish every app's own pathways that are newer than what is in use. Their keys.

    A version that a manager has published is never overwritten: it is newer. Run at set-up
    and after an upgrade; running it again publishes nothing.
    """
    actor.require_anywhere(permissions.PUBLISH)
    in_use = {one.key: one for one in loaded(Definition, _IN_USE, {})}
    known = frozenset(post.key for post in posts())
    published = []
    for n, body in enumerate(_delivered()):
        newest = in_use.get(body["key"])
        own = newest is None or newest.published_by_id is None
        if newest is None or (own and _without_version(newest.body) != _without_version(body)):
            if not _is_sound(n, known):
                raise NotAPathway(*problems(body, known))
            _publish(actor, body)
            published.append(body["key"])
    return published


@operation
def catch_up_definitions(*, actor: Actor) -> list[str]:
    """After an upgrade: publish what the product adds, in a clinic that has pathways. Their keys.

    Where there is none yet, its set-up publishes them. Raises: NotAllowed.
    """
    actor.require_anywhere(permissions.PUBLISH)
    return publish_definitions(actor=actor) if Definition.objects.exists() else []


@operation
def publish_pathway(*, actor: Actor, text: str, key: str = "", version: int | None = None) -> UUID:
    """Publish a new version of a pathway, written as YAML. Running cases keep theirs.

    `version` is the one that the new one was made from.

    Raises:
        NotAllowed: the actor may not publish.
        Stale: a newer version than `version` is in use.
        NotAPathway: its `errors` say where, and what is wrong there.
        NothingNew: it says what is in use already.
    """
    actor.require_anywhere(permissions.PUBLISH)
    body = _read(text)
    wrong = problems(body, [post.key for post in posts()])
    if not wrong and key and body["key"] != key:
        wrong = [FieldError("key", "other_key", _("This is another pathway: %(key)s.") % body)]
    if wrong:
        raise NotAPathway(*wrong)
    return _publish(actor, body, made_from=version)


def _publish(actor: Actor, body: dict[str, Any], *, made_from: int | None = None) -> UUID:
    key = body["key"]
    # The counter row is a lock: two managers publish one after the other.
    version = numbers.take(f"pathway:{key}")
    newest = _newest(key)
    if newest is not None:
        check_version(newest, made_from)
    if newest is not None and _without_version(newest.body) == _without_version(body):
        raise NothingNew
    definition = Definition(
        key=key,
        version=version,
        title=Localized(body["title"]),
        subject=body["subject"],
        body={**body, "version": version},
        published_by_id=actor.user_id,
    )
    insert(definition)
    audit.record(actor, "pathways.definition.published", definition, key=key, version=version)
    outbox.publish(
        PathwayPublished(definition.pk, key, version),
        actor=actor,
        site_id=None,
        subject=definition,
    )
    return definition.pk


def _read(text: str) -> Any:
    """What the YAML says. Aliases are refused: a few lines could unfold into gigabytes."""
    if len(text) > LONGEST:
        raise NotAPathway(FieldError("", "too_long", _("This text is too long.")))
    try:
        _refuse_what_unfolds(text)
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = _("line %(line)s") % {"line": mark.line + 1} if mark else ""
        raise NotAPathway(
            FieldError(
                where,
                "yaml",
                _("This is not readable as YAML: %(what)s")
                % {"what": getattr(error, "problem", None) or _("it is not well formed")},
            )
        ) from error


def _refuse_what_unfolds(text: str) -> None:
    """Refuse references and deep nesting, at the first sign: both cost far more than they say."""
    depth = 0
    for token in yaml.scan(text):
        if isinstance(token, yaml.AliasToken):
            raise NotAPathway(FieldError("", "alias", _("References (*name) cannot be used.")))
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > DEEPEST:
            raise NotAPathway(FieldError("", "too_deep", _("This is nested too deeply.")))


def _newest(key: str) -> Definition | None:
    return next(iter(loaded(Definition, _NEWEST, {"key": key})), None)


def _without_version(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "version"}


@cache
def _delivered() -> tuple[dict[str, Any], ...]:
    """The pathways in the folders of the apps. Shared: nobody changes them."""
    folders = [Path(app.path) / "pathways" for app in apps.get_app_configs()]
    files = [file for folder in folders for file in sorted(folder.glob("*.yaml"))]
    return tuple(yaml.safe_load(file.read_text(encoding="utf-8")) for file in files)


@cache
def _is_sound(n: int, known: frozenset[str]) -> bool:
    """Whether the nth of the delivered pathways can be run by these posts. It never changes."""
    return not problems(_delivered()[n], known)
