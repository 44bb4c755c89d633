"""Everything that changes who works here. Nothing else writes members of staff."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.workforce import permissions
from yilu.workforce.errors import (
    AlreadyEnded,
    LastAdministrator,
    PasswordTooWeak,
    StaffNumberTaken,
)
from yilu.workforce.events import StaffChanged, StaffHired, StaffLeft, StaffReturned
from yilu.workforce.models import Assignment, StaffMember
from yilu.workforce.operations.posts import ADMINISTRATOR
from yilu.workforce.rules import known_languages, latin_name, new_password


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFacts:
    """What is said about a member of staff. Pinyin that is not given is made from the name.

    Languages that are not given stay as they are; who is hired speaks Mandarin.
    """

    staff_no: str
    name: str
    pinyin: str = ""
    title: Localized | None = None
    languages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hired:
    """Who was hired: the member of staff, and the user who signs in."""

    staff_id: UUID
    user_id: UUID


@operation
def hire_staff(*, actor: Actor, facts: StaffFacts) -> Hired:
    """Let somebody work here. They can do nothing until a post and a password are given.

    Raises: NotAllowed; StaffNumberTaken: somebody else signs in with this number.
    """
    actor.require_anywhere(permissions.MANAGE)
    user = get_user_model()(username=facts.staff_no, kind="staff")
    user.set_unusable_password()
    with on_violation(platform_user_username_key=StaffNumberTaken):
        user.save(force_insert=True)
    member = StaffMember(user=user)
    _say(member, facts)
    with on_violation(workforce_staffmember_staff_no_key=StaffNumberTaken):
        member.save(force_insert=True)
    audit.record(actor, "workforce.staff.hired", member, staff_no=facts.staff_no)
    hired = StaffHired(member.pk, user.pk)
    outbox.publish(hired, actor=actor, site_id=None, subject=member)
    return Hired(member.pk, user.pk)


@operation
def change_staff(
    *, actor: Actor, staff_id: UUID, facts: StaffFacts, version: int | None = None
) -> None:
    """Change somebody's name, title or the number they sign in with.

    Raises: NotFound, NotAllowed, Stale, StaffNumberTaken.
    """
    member = _hold(staff_id, actor, version)
    _say(member, facts)
    with on_violation(
        workforce_staffmember_staff_no_key=StaffNumberTaken,
        platform_user_username_key=StaffNumberTaken,
    ):
        member.user.username = facts.staff_no
        member.user.save(update_fields=["username"])
        _save(member, actor, "changed")
    changed = StaffChanged(member.pk, member.user_id)
    outbox.publish(changed, actor=actor, site_id=None, subject=member)


@operation
def end_employment(*, actor: Actor, staff_id: UUID, version: int | None = None) -> None:
    """Let somebody no longer work here: from now on they can sign in to nothing.

    Whatever they are signed in to ends with their next request.

    Raises: NotFound, NotAllowed, Stale, AlreadyEnded, LastAdministrator.
    """
    member = _hold(staff_id, actor, version)
    if not member.is_active:
        raise AlreadyEnded
    _check_administrator_remains(member.user_id)
    _let_sign_in(member, may=False)
    _save(member, actor, "left")
    outbox.publish(StaffLeft(member.pk, member.user_id), actor=actor, site_id=None, subject=member)


@operation
def take_back_staff(*, actor: Actor, staff_id: UUID, version: int | None = None) -> None:
    """Let somebody who left work here again, in the posts that have not ended.

    Raises: NotFound, NotAllowed, Stale.
    """
    member = _hold(staff_id, actor, version)
    if member.is_active:
        return
    _let_sign_in(member, may=True)
    _save(member, actor, "returned")
    outbox.publish(
        StaffReturned(member.pk, member.user_id), actor=actor, site_id=None, subject=member
    )


@operation
def set_password(*, actor: Actor, user_id: UUID, password: str) -> None:
    """Let somebody sign in with this password. What they were signed in to ends.

    People set their own; the administrator anybody's.

    Raises: NotFound, NotAllowed, PasswordTooWeak.
    """
    member = StaffMember.objects.select_for_update(of=("self",)).filter(user_id=user_id).first()
    if member is None:
        raise NotFound
    if actor.user_id != user_id:
        actor.require_anywhere(permissions.MANAGE)
    try:
        validate_password(password, member.user)
    except ValidationError as error:
        raise PasswordTooWeak from error
    member.user.set_password(password)
    member.user.save(update_fields=["password"])
    audit.record(actor, "workforce.password.set", member)


@operation
def keep_password(*, actor: Actor, user_id: UUID, encoded: str) -> None:
    """Let somebody sign in with a password of which only the hash was kept when they chose it.

    Raises: NotFound, NotAllowed.
    """
    actor.require_anywhere(permissions.MANAGE)
    held = StaffMember.objects.select_for_update(of=("self",)).select_related("user")
    member = held.filter(user_id=user_id).first()
    if member is None:
        raise NotFound
    member.user.password = encoded
    member.user.save(update_fields=["password"])
    audit.record(actor, "workforce.password.set", member)


@operation
def reset_password(*, actor: Actor, staff_id: UUID) -> str:
    """Give somebody a new password, to be told to them once; the old one no longer works.

    Raises: NotFound, NotAllowed.
    """
    member = _hold(staff_id, actor, None)
    password = new_password()
    set_password(actor=actor, user_id=member.user_id, password=password)
    return password


def _hold(staff_id: UUID, actor: Actor, version: int | None) -> StaffMember:
    actor.require_anywhere(permissions.MANAGE)
    held = StaffMember.objects.select_for_update(of=("self",)).select_related("user")
    member = held.filter(pk=staff_id).first()
    if member is None:
        raise NotFound
    check_version(member, version)
    return member


def _say(member: StaffMember, facts: StaffFacts) -> None:
    member.staff_no = facts.staff_no
    member.name = facts.name
    member.pinyin = facts.pinyin or latin_name(facts.name)
    member.title = facts.title or Localized()
    if facts.languages is not None:
        member.languages = known_languages(facts.languages)


def _save(member: StaffMember, actor: Actor, what: str) -> None:
    member.version += 1
    member.save()
    audit.record(actor, f"workforce.staff.{what}", member, version=member.version)


def _let_sign_in(member: StaffMember, *, may: bool) -> None:
    member.is_active = member.user.is_active = may
    member.user.save(update_fields=["is_active"])


def _check_administrator_remains(user_id: UUID) -> None:
    held = Assignment.objects.filter(
        post__key=ADMINISTRATOR, to_on=None, user__is_active=True
    ).values_list("user_id", flat=True)
    if set(held) == {user_id}:
        raise LastAdministrator
