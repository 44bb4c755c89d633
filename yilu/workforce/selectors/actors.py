"""How a user who signed in becomes an actor, with the rights of this very day."""

from typing import Any
from uuid import UUID

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import rows

# One row per post held today; the day is that of the post's own site.
_STAFF = """
SELECT member.name, member.pinyin, practitioner.id AS practitioner_id,
    CASE WHEN practitioner.kind IN ('doctor', 'therapist') THEN practitioner.department_id END
        AS department_id,
    assignment.site_id, post.key AS post, post.permissions
FROM workforce_staffmember AS member
LEFT JOIN workforce_practitioner AS practitioner ON practitioner.staff_id = member.id
LEFT JOIN (
    workforce_assignment AS assignment
    JOIN facility_site AS site ON site.id = assignment.site_id
    JOIN workforce_post AS post ON post.id = assignment.post_id
) ON assignment.user_id = member.user_id
    AND assignment.from_on <= (%(now)s AT TIME ZONE site.time_zone)::date
    AND (assignment.to_on IS NULL
         OR assignment.to_on >= (%(now)s AT TIME ZONE site.time_zone)::date)
WHERE member.user_id = %(user)s AND member.is_active
"""
_TOKENS = """
SELECT name, permissions, sites FROM platform_accesstoken
WHERE user_id = %(user)s AND withdrawn_at IS NULL
    AND (expires_at IS NULL OR expires_at > %(now)s)
"""


def staff_actor(user: Any) -> Actor:
    """A member of staff with what their posts of today allow. One query.

    Who has left, or may no longer sign in, is nobody.
    """
    if not user.is_active:
        return Actor.nobody()
    held = rows(_STAFF, {"now": clock.now(), "user": user.pk})
    if not held:
        return Actor.nobody()
    return Actor(
        kind="staff",
        name=held[0]["name"],
        pinyin=held[0]["pinyin"],
        user_id=user.pk,
        grants=_grants((row["site_id"], row["permissions"]) for row in held if row["site_id"]),
        practitioner_id=held[0]["practitioner_id"],
        department_id=held[0]["department_id"],
        posts=tuple(sorted({row["post"] for row in held if row["post"]})),
    )


def token_actor(user: Any) -> Actor:
    """A device or partner with what its valid tokens allow. One query."""
    if not user.is_active:
        return Actor.nobody()
    tokens = rows(_TOKENS, {"now": clock.machine_now(), "user": user.pk})
    everywhere = [token for token in tokens if not token["sites"]]
    return Actor(
        kind=user.kind,
        name=tokens[0]["name"] if tokens else user.username,
        user_id=user.pk,
        grants=_grants(
            (site_id, token["permissions"]) for token in tokens for site_id in token["sites"]
        ),
        permissions=frozenset(p for token in everywhere for p in token["permissions"]),
    )


def _grants(held: Any) -> frozenset[tuple[str, UUID]]:
    return frozenset((permission, site_id) for site_id, many in held for permission in many)
