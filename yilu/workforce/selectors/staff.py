"""Who works here, in which posts, and what a post may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.workforce import permissions
from yilu.workforce.models import Assignment, Post, StaffMember


@dataclass(frozen=True, slots=True)
class PostInfo:
    """A post: what it is called, what it may do, and what signing in opens."""

    id: UUID
    key: str
    name: Localized
    permissions: tuple[str, ...]
    workspace: str


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post that somebody holds at a site today."""

    assignment_id: UUID
    key: str
    name: Localized
    workspace: str
    site_id: UUID
    from_on: date
    to_on: date | None


def staff_names(user_ids: Iterable[UUID | None]) -> dict[UUID, PersonName]:
    """What members of staff are called, those who left too. One query."""
    wanted = {one for one in user_ids if one is not None}
    named = StaffMember.objects.filter(user_id__in=wanted).order_by()
    found = named.values_list("user_id", "name", "pinyin")
    return {user_id: PersonName(name, pinyin) for user_id, name, pinyin in found}


def languages_of(user_ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """In which languages members of staff can speak with patients, by user. One query."""
    found = StaffMember.objects.filter(user_id__in=set(user_ids)).order_by()
    return {user_id: frozenset(said) for user_id, said in found.values_list("user_id", "languages")}


def holders_of(post_key: str, site_id: UUID, day: date) -> list[UUID]:
    """The users who hold a post at a site on a day and work here. One query."""
    held = _valid_on(day).filter(post__key=post_key, site_id=site_id, user__is_active=True)
    return list(held.values_list("user_id", flat=True).distinct().order_by("user_id"))


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who holds a post at a site today."""

    user_id: UUID
    name: PersonName


def colleagues(site_id: UUID) -> list[Colleague]:
    """Who holds any post at a site today, by name. Two queries."""
    held = Assignment.objects.filter(site_id=site_id, user__is_active=True)
    here = {one.user_id for one in held.select_related("post", "site") if _holds_today(one)}
    named = [Colleague(user_id, name) for user_id, name in staff_names(here).items()]
    return sorted(named, key=lambda one: (one.name.pinyin or one.name.written, one.name.written))


def working_here(user_ids: Iterable[UUID | None], site_id: UUID, day: date) -> frozenset[UUID]:
    """Those of these users who hold any post at a site on a day and work here. One query."""
    wanted = {one for one in user_ids if one is not None}
    held = _valid_on(day).filter(user_id__in=wanted, site_id=site_id, user__is_active=True)
    return frozenset(held.order_by().values_list("user_id", flat=True))


def posts_of(user_id: UUID, *, site_id: UUID | None = None) -> list[HeldPost]:
    """The posts that a user holds today, at one site or at all, in the posts' order. One query.

    Today is the day on the site's own calendar.
    """
    held = Assignment.objects.filter(user_id=user_id)
    if site_id is not None:
        held = held.filter(site_id=site_id)
    found = held.select_related("post", "site").order_by("post__position", "site__position")
    return [_held(one) for one in found if _holds_today(one)]


def posts() -> list[PostInfo]:
    """Every post, in order. One query."""
    return [
        PostInfo(post.pk, post.key, post.name, tuple(post.permissions), post.workspace)
        for post in Post.objects.all()
    ]


def staff_exists() -> bool:
    """Whether anybody works here yet. One query."""
    return StaffMember.objects.exists()


def may_administer(actor: Actor) -> bool:
    """Whether the actor looks after staff at some site. No query."""
    return actor.may_anywhere(permissions.MANAGE)


def _valid_on(day: date) -> QuerySet[Assignment]:
    return Assignment.objects.filter(Q(to_on=None) | Q(to_on__gte=day), from_on__lte=day)


def _holds_today(one: Assignment) -> bool:
    day = clock.now().astimezone(ZoneInfo(one.site.time_zone)).date()
    return one.from_on <= day and (one.to_on is None or one.to_on >= day)


def _held(one: Assignment) -> HeldPost:
    return HeldPost(
        assignment_id=one.pk,
        key=one.post.key,
        name=one.post.name,
        workspace=one.post.workspace,
        site_id=one.site_id,
        from_on=one.from_on,
        to_on=one.to_on,
    )
