"""Everything that changes posts and who holds them. Nothing else writes them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.workforce import permissions
from yilu.workforce.errors import (
    AlreadyEnded,
    AlreadyHoldsPost,
    EndsBeforeStart,
    LastAdministrator,
    UnknownPost,
    UnknownStaff,
)
from yilu.workforce.events import AssignmentEnded, PostAssigned
from yilu.workforce.models import Assignment, Post, StaffMember

POSTS_FILE = Path(__file__).parents[1] / "posts.yaml"
ADMINISTRATOR = "administrator"
LOADED = ("name", "workspace", "permissions", "position", "delivered", "version")


@dataclass(frozen=True, slots=True)
class DefaultPost:
    """A post as the product delivers it."""

    key: str
    name: Localized
    workspace: str
    permissions: tuple[str, ...]


@cache
def _default_posts() -> tuple[DefaultPost, ...]:
    """The posts of `posts.yaml`, each with the permissions that name it."""
    written: dict[str, Any] = yaml.safe_load(POSTS_FILE.read_text(encoding="utf-8"))
    holders = {
        permission: keys
        for app in written["permissions"].values()
        for permission, keys in app.items()
    }
    return tuple(
        DefaultPost(
            post["key"],
            Localized(post["name"]),
            post["workspace"],
            tuple(sorted(p for p, keys in holders.items() if post["key"] in keys)),
        )
        for post in written["posts"]
    )


@operation
def load_posts(*, actor: Actor) -> None:
    """Set the posts to what this version of the product delivers. Repeating changes nothing.

    Raises: NotAllowed. One query when nothing changes, otherwise up to four, however many.
    """
    actor.require_anywhere(permissions.MANAGE)
    known = {post.key: post for post in Post.objects.select_for_update()}
    changed = []
    for position, default in enumerate(_default_posts()):
        post = known.get(default.key) or Post(key=default.key, version=0)
        if _is_up_to_date(post, default, position):
            continue
        post.name, post.workspace = default.name, default.workspace
        post.permissions, post.position = list(default.permissions), position
        post.delivered = list(default.permissions)
        post.version += 1
        changed.append(post)
    Post.objects.bulk_create(post for post in changed if post.key not in known)
    Post.objects.bulk_update([post for post in changed if post.key in known], LOADED)
    lines = [(post, {"permissions": post.delivered}) for post in changed]
    audit.record_each(actor, "workforce.post.loaded", lines)


@operation
def catch_up_posts(*, actor: Actor) -> list[str]:
    """Give the posts of a clinic what this version of the product adds to them, and no more.

    What the clinic took from a post, or gave it besides, stays as it is; what the product no
    longer knows goes. Where there is no post yet, nothing happens. Repeating changes nothing.
    Gives back the keys of the posts that changed.

    Raises: NotAllowed.
    """
    actor.require_anywhere(permissions.MANAGE)
    known = {post.key: post for post in Post.objects.select_for_update()}
    changed = []
    for position, default in enumerate(_default_posts() if known else ()):
        post = known.get(default.key)
        if post is None:
            post = Post(key=default.key, version=0, position=position)
            post.name, post.workspace = default.name, default.workspace
        now, before = set(default.permissions), set(post.delivered)
        if post.version and now == before and post.workspace == default.workspace:
            continue
        post.permissions = sorted((set(post.permissions) | (now - before)) - (before - now))
        post.delivered, post.workspace = list(default.permissions), default.workspace
        post.version += 1
        post.save()
        changed.append(post.key)
        audit.record(
            actor, "workforce.post.caught_up", post, added=sorted(now - before),
            taken=sorted(before - now),
        )  # fmt: skip
    return changed


def _is_up_to_date(post: Post, default: DefaultPost, position: int) -> bool:
    stored = (post.name, post.workspace, tuple(post.permissions), post.position)
    wanted = (default.name, default.workspace, default.permissions, position)
    if tuple(post.delivered) != default.permissions:
        return False
    return post.version > 0 and stored == wanted


@operation
def assign_post(
    *,
    actor: Actor,
    user_id: UUID,
    post: str,
    site_id: UUID,
    from_on: date | None = None,
    to_on: date | None = None,
) -> UUID:
    """Give somebody a post at a site, from today unless said; both days are included.

    Raises:
        NotAllowed: the actor does not look after the staff of this site.
        UnknownStaff, UnknownPost: there is no such person or post.
        EndsBeforeStart: the last day lies before the first.
        AlreadyHoldsPost: they hold it there on some of these days.
    """
    actor.require(permissions.MANAGE, site_id)
    member = StaffMember.objects.select_for_update().filter(user_id=user_id, is_active=True).first()
    if member is None:
        raise UnknownStaff
    found = Post.objects.filter(key=post).first()
    if found is None:
        raise UnknownPost
    first = from_on or _today(site_id)
    if to_on is not None and to_on < first:
        raise EndsBeforeStart
    given = Assignment(
        user_id=user_id,
        post=found,
        site_id=site_id,
        from_on=first,
        to_on=to_on,
    )
    with on_violation(workforce_assignment_once=AlreadyHoldsPost):
        given.save(force_insert=True)
    _tell_assigned(actor, given, post)
    return given.pk


@operation
def end_assignment(
    *, actor: Actor, assignment_id: UUID, to_on: date | None = None, version: int | None = None
) -> None:
    """Let a post end: with `to_on` as its last day, or at once, so that today no longer counts.

    Raises:
        NotFound, NotAllowed, Stale.
        AlreadyEnded: it ended before that day.
        LastAdministrator: nobody would look after the staff any more.
    """
    held = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("post")
        .filter(pk=assignment_id)
        .first()
    )
    if held is None:
        raise NotFound
    actor.require(permissions.MANAGE, held.site_id)
    check_version(held, version)
    yesterday = _today(held.site_id) - timedelta(days=1)
    last = max(to_on or yesterday, held.from_on - timedelta(days=1))
    if held.to_on is not None and held.to_on <= last:
        raise AlreadyEnded
    _check_administrator_remains(held, last)
    _end(actor, held, last)


def _end(actor: Actor, held: Assignment, last: date) -> None:
    held.to_on = last
    held.version += 1
    held.save()
    audit.record(
        actor, "workforce.assignment.ended", held, site_id=held.site_id, post=held.post.key, to=last
    )
    ended = AssignmentEnded(held.user_id, held.post.key, held.site_id, last)
    outbox.publish(ended, actor=actor, site_id=held.site_id, subject=held)


def _check_administrator_remains(held: Assignment, last: date) -> None:
    if held.post.key != ADMINISTRATOR:
        return
    others = Assignment.objects.filter(post=held.post, user__is_active=True, to_on=None)
    if not others.exclude(user_id=held.user_id).exists():
        raise LastAdministrator(last=last)


def _tell_assigned(actor: Actor, given: Assignment, post: str) -> None:
    site_id, days = given.site_id, [given.from_on, given.to_on]
    audit.record(actor, "workforce.assignment.made", given, site_id=site_id, post=post, days=days)
    told = PostAssigned(given.user_id, post, site_id, given.from_on, given.to_on)
    outbox.publish(told, actor=actor, site_id=site_id, subject=given)


def _today(site_id: UUID) -> date:
    return clock.now().astimezone(site_zone(site_id)).date()
