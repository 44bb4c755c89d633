"""What the pages of staff show: who works here, in which posts, and what posts may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.workforce import permissions
from yilu.workforce.models import Assignment, Post, Practitioner, StaffMember
from yilu.workforce.rules import LANGUAGES

WORKING, LEFT = "working", "left"


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """A post at a site, held, planned or over."""

    id: UUID
    post: Localized
    post_key: str
    site: Localized
    site_id: UUID
    from_on: date
    to_on: date | None
    state: str
    can_end: bool
    version: int


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Somebody who works or worked here, with the posts of today."""

    id: UUID
    user_id: UUID
    staff_no: str
    name: PersonName
    title: Localized
    languages: tuple[str, ...]
    is_active: bool
    has_password: bool
    posts: tuple[AssignmentLine, ...]
    practitioner_id: UUID | None
    version: int

    @property
    def spoken(self) -> list[str]:
        """The languages in the reader's words."""
        return [str(LANGUAGES[one]) for one in self.languages]


@dataclass(frozen=True, slots=True)
class StaffDetail:
    """One person with every post, held, planned or over."""

    line: StaffLine
    assignments: tuple[AssignmentLine, ...]
    can_manage: bool


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One permission, and for each post whether it holds it."""

    permission: str
    app: str
    held: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class PostMatrix:
    """Who may what."""

    posts: tuple[Localized, ...]
    lines: tuple[MatrixLine, ...]


def staff_list(*, actor: Actor, q: str = "", state: str = WORKING) -> list[StaffLine]:
    """Everybody whose name, pinyin or number has `q` in it, by number. Three queries."""
    actor.require_anywhere(permissions.SEE)
    found = StaffMember.objects.select_related("user")
    if state in {WORKING, LEFT}:
        found = found.filter(is_active=state == WORKING)
    if q:
        found = found.filter(
            Q(name__icontains=q) | Q(pinyin__icontains=q) | Q(staff_no__istartswith=q)
        )
    members = list(found)
    practitioners, held = _more(actor, members)
    return [_line(one, practitioners, held.get(one.user_id, [])) for one in members]


def staff_detail(*, actor: Actor, staff_id: UUID) -> StaffDetail:
    """One person. Three queries. Raises: NotAllowed, NotFound."""
    actor.require_anywhere(permissions.SEE)
    member = StaffMember.objects.select_related("user").filter(pk=staff_id).first()
    if member is None:
        raise NotFound
    practitioners, held = _more(actor, [member])
    every = held.get(member.user_id, [])
    can_manage = actor.may_anywhere(permissions.MANAGE)
    return StaffDetail(_line(member, practitioners, every), tuple(every), can_manage)


def post_matrix(*, actor: Actor) -> PostMatrix:
    """Which post holds which permission. One query."""
    actor.require_anywhere(permissions.SEE)
    posts = list(Post.objects.all())
    every = sorted({permission for post in posts for permission in post.permissions})
    return PostMatrix(
        tuple(post.name for post in posts),
        tuple(
            MatrixLine(
                permission,
                permission.split(".")[0],
                tuple(permission in post.permissions for post in posts),
            )
            for permission in every
        ),
    )


def _more(
    actor: Actor, members: Iterable[StaffMember]
) -> tuple[dict[UUID, UUID], dict[UUID, list[AssignmentLine]]]:
    ids = {one.pk: one.user_id for one in members}
    practitioners = dict(
        Practitioner.objects.filter(staff_id__in=ids).order_by().values_list("staff_id", "pk")
    )
    held: dict[UUID, list[AssignmentLine]] = {}
    found = Assignment.objects.filter(user_id__in=ids.values()).select_related("post", "site")
    for one in found.order_by("post__position", "-from_on"):
        held.setdefault(one.user_id, []).append(_assignment(actor, one))
    return practitioners, held


def _line(
    member: StaffMember, practitioners: dict[UUID, UUID], held: list[AssignmentLine]
) -> StaffLine:
    return StaffLine(
        id=member.pk,
        user_id=member.user_id,
        staff_no=member.staff_no,
        name=PersonName(member.name, member.pinyin),
        title=member.title,
        languages=tuple(member.languages),
        is_active=member.is_active,
        has_password=not member.user.password.startswith(UNUSABLE_PASSWORD_PREFIX),
        posts=tuple(one for one in held if one.state == "held"),
        practitioner_id=practitioners.get(member.pk),
        version=member.version,
    )


def _assignment(actor: Actor, one: Assignment) -> AssignmentLine:
    today = clock.now().astimezone(ZoneInfo(one.site.time_zone)).date()
    state = "held"
    if one.to_on is not None and one.to_on < today:
        state = "over"
    elif one.from_on > today:
        state = "planned"
    return AssignmentLine(
        id=one.pk,
        post=one.post.name,
        post_key=one.post.key,
        site=one.site.short_name,
        site_id=one.site_id,
        from_on=one.from_on,
        to_on=one.to_on,
        state=state,
        can_end=state != "over" and actor.may(permissions.MANAGE, one.site_id),
        version=one.version,
    )
