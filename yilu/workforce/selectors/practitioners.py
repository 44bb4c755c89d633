"""Who sees patients: public facts that anybody may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.workforce.models import Assignment, Practitioner

_DEPARTMENT = "SELECT department_id FROM workforce_practitioner WHERE id = %(id)s"


@dataclass(frozen=True, slots=True)
class PractitionerInfo:
    """A practitioner as patients and colleagues may know them."""

    id: UUID
    name: PersonName
    title: Localized
    specialty: Localized
    department_id: UUID
    kind: str
    is_bookable: bool
    user_id: UUID
    introduction: Localized
    may_prescribe: bool
    antibiotic_level: int
    is_active: bool
    version: int
    meeting_link: str = ""


def practitioner_names(ids: Iterable[UUID | None]) -> dict[UUID, PersonName]:
    """What practitioners are called, those who left too. One query."""
    wanted = {one for one in ids if one is not None}
    named = Practitioner.objects.filter(pk__in=wanted)
    found = named.order_by().values_list("pk", "staff__name", "staff__pinyin")
    return {pk: PersonName(name, pinyin) for pk, name, pinyin in found}


def practitioner_info(practitioner_id: UUID) -> PractitionerInfo:
    """One practitioner. One query. Raises: NotFound."""
    found = practitioner_infos([practitioner_id])
    if not found:
        raise NotFound
    return found[practitioner_id]


def department_of(practitioner_id: UUID) -> UUID:
    """The department that a practitioner belongs to. One query. Raises: NotFound."""
    found = prepared(_DEPARTMENT, {"id": practitioner_id})
    if not found:
        raise NotFound
    return UUID(str(found[0][0]))


def practitioner_infos(ids: Iterable[UUID | None]) -> dict[UUID, PractitionerInfo]:
    """Several practitioners, those who left too. One query."""
    wanted = {one for one in ids if one is not None}
    return {one.pk: _info(one) for one in _with_staff().filter(pk__in=wanted)}


def practitioner_exists(practitioner_id: UUID) -> bool:
    """Whether this practitioner works here now. One query."""
    return Practitioner.objects.filter(pk=practitioner_id, staff__is_active=True).exists()


def practitioners(
    site_id: UUID, *, day: date | None = None, bookable_only: bool = False
) -> list[PractitionerInfo]:
    """Those who work at a site on a day (today unless said), in its order. One query."""
    on = day or clock.now().astimezone(site_zone(site_id)).date()
    found = _with_staff().filter(_works_at(site_id, on), staff__is_active=True)
    if bookable_only:
        found = found.filter(is_bookable=True)
    return [_info(one) for one in found]


def practitioners_of(department_ids: Iterable[UUID]) -> list[PractitionerInfo]:
    """Those who belong to departments, those who left too, in their order. One query."""
    return [_info(one) for one in _with_staff().filter(department_id__in=list(department_ids))]


def practitioner_of(user_id: UUID) -> UUID | None:
    """The practitioner that a user is; None for the others. One query."""
    found = Practitioner.objects.filter(staff__user_id=user_id)
    return found.values_list("pk", flat=True).first()


def _with_staff() -> QuerySet[Practitioner]:
    return Practitioner.objects.select_related("staff")


def _works_at(site_id: UUID, day: date) -> Exists:
    held = Assignment.objects.filter(
        Q(to_on=None) | Q(to_on__gte=day),
        user_id=OuterRef("staff__user_id"),
        site_id=site_id,
        from_on__lte=day,
    )
    return Exists(held)


def _info(one: Practitioner) -> PractitionerInfo:
    return PractitionerInfo(
        id=one.pk,
        name=PersonName(one.staff.name, one.staff.pinyin),
        title=one.title,
        specialty=one.specialty,
        department_id=one.department_id,
        kind=one.kind,
        is_bookable=one.is_bookable,
        user_id=one.staff.user_id,
        introduction=one.introduction,
        may_prescribe=one.may_prescribe,
        antibiotic_level=one.antibiotic_level,
        is_active=one.staff.is_active,
        version=one.version,
        meeting_link=one.meeting_link,
    )
