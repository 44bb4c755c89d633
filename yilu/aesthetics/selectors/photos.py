"""Photographs in dated sets, two of them laid over each other, and designs over one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from yilu.aesthetics import permissions
from yilu.aesthetics.errors import CannotCompare
from yilu.aesthetics.models import Design, Photo, PhotoUse
from yilu.aesthetics.rules.alignment import SAME, WIDTH, CannotAlign, aligned
from yilu.aesthetics.rules.areas import areas, body_maps, views, views_for
from yilu.aesthetics.rules.shapes import totals
from yilu.aesthetics.selectors.context import treatment_room
from yilu.clinical.selectors.context import Setting
from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.workforce.selectors.staff import staff_names

MOST = 300


@dataclass(frozen=True, slots=True)
class Use:
    """What photographs may be used for, as signed last."""

    care: bool
    teaching: bool
    publicity: bool
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """One photograph. `drawn_height`: how high it is where it is drawn 1000 wide."""

    id: UUID
    visit_id: UUID
    region: str
    view: str
    area: str
    day: date
    at: datetime
    by: PersonName | None
    width: int
    height: int
    points: Any
    version: int

    @property
    def drawn_height(self) -> int:
        return round(WIDTH * self.height / self.width)

    @property
    def title(self) -> str:
        known = areas().get(self.area)
        return f"{views()[self.view]} {known.title}" if known else str(views()[self.view])


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """The photographs of one day and part of the body, and which standard views are missing."""

    day: date
    region: str
    title: str
    photos: tuple[PhotoLine, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """The first and the last photograph of a view, for comparing."""

    title: str
    before: PhotoLine
    after: PhotoLine


@dataclass(frozen=True, slots=True)
class PhotosPart:
    """All photographs of a visit's patient."""

    where: Setting
    use: Use | None
    sets: tuple[PhotoSet, ...]
    pairs: tuple[Pair, ...]
    can_assist: bool


@dataclass(frozen=True, slots=True)
class DesignLine:
    """One design. Times are local."""

    id: UUID
    title: str
    shapes: list[dict[str, Any]]
    day: date
    by: PersonName | None
    patient_name: str
    patient_signed_at: datetime | None
    doctor: PersonName | None
    doctor_signed_at: datetime | None
    version: int

    @property
    def totals(self) -> list[tuple[str, str]]:
        return totals(self.shapes)


@dataclass(frozen=True, slots=True)
class PhotoPage:
    """One photograph with its points and designs."""

    where: Setting
    photo: PhotoLine
    use: Use | None
    designs: tuple[DesignLine, ...]
    can_assist: bool
    can_write: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two photographs of one patient, the second laid onto the first."""

    where: Setting
    before: PhotoLine
    after: PhotoLine
    matrix: str
    is_aligned: bool
    others: tuple[PhotoLine, ...]


def photos_part(actor: Actor, visit_id: UUID) -> PhotosPart:
    """The photographs of a visit's patient, the newest day first. Six queries.

    Raises: NotFound.
    """
    where = treatment_room(actor, visit_id)
    lines = _lines(_standing(where.patient_id)[:MOST])
    return PhotosPart(
        where=where,
        use=last_use(where.patient_id),
        sets=tuple(_sets(lines)),
        pairs=tuple(_pairs(lines)),
        can_assist=actor.may(permissions.ASSIST, where.site_id),
    )


def last_use(patient_id: UUID) -> Use | None:
    """What a patient has signed last about photographs. One query."""
    row = PhotoUse.objects.filter(patient_id=patient_id).order_by("-recorded_at", "-id").first()
    if row is None:
        return None
    at = row.recorded_at.astimezone(site_zone(row.site_id))
    return Use(row.care, row.teaching, row.publicity, row.name, at)


def photo_page(actor: Actor, visit_id: UUID, photo_id: UUID) -> PhotoPage:
    """One photograph of a visit's patient with its designs. Seven queries. Raises: NotFound."""
    where = treatment_room(actor, visit_id)
    photo = _one(where, photo_id)
    rows = list(Design.objects.filter(photo_id=photo_id).order_by("-recorded_at"))
    names = staff_names({one.recorded_by_id for one in rows} | {one.doctor_id for one in rows})
    return PhotoPage(
        where=where,
        photo=photo,
        use=last_use(where.patient_id),
        designs=tuple(_design(one, names) for one in rows),
        can_assist=actor.may(permissions.ASSIST, where.site_id),
        can_write=actor.may(permissions.WRITE, where.site_id),
    )


def photo_file(actor: Actor, visit_id: UUID, photo_id: UUID, *, is_small: bool = False) -> UUID:
    """The file of a photograph of a visit's patient; that it is looked at is written down.

    Three queries. Raises: NotFound.
    """
    where = treatment_room(actor, visit_id)
    name = "small_id" if is_small else "file_id"
    found = _standing(where.patient_id).filter(pk=photo_id).values_list(name, flat=True)
    file_id: UUID | None = found.first()
    if file_id is None:
        raise NotFound
    audit.seen(actor, [where.patient_id], "photograph")
    return file_id


def comparison(actor: Actor, visit_id: UUID, before_id: UUID, after_id: UUID) -> Comparison:
    """Two photographs, the later laid onto the earlier by their points. Five queries.

    Raises: NotFound, CannotCompare.
    """
    where = treatment_room(actor, visit_id)
    lines = {one.id: one for one in _lines(_standing(where.patient_id)[:MOST])}
    if before_id not in lines or after_id not in lines:
        raise NotFound
    if before_id == after_id:
        raise CannotCompare
    before, after = lines[before_id], lines[after_id]
    how, is_aligned = SAME, False
    if before.points and after.points:
        try:
            how = aligned(_pair(before.points), _pair(after.points))
            is_aligned = True
        except CannotAlign:
            is_aligned = False
    others = [one for one in lines.values() if one.view == before.view]
    return Comparison(where, before, after, how.matrix, is_aligned, tuple(others))


def _pair(points: Any) -> Any:
    return tuple(tuple(one) for one in points)


def _standing(patient_id: UUID) -> Any:
    rows = Photo.objects.filter(patient_id=patient_id, withdrawn_at=None)
    return rows.order_by("-recorded_at", "-id")


def _one(where: Setting, photo_id: UUID) -> PhotoLine:
    found = _lines(_standing(where.patient_id).filter(pk=photo_id))
    if not found:
        raise NotFound
    return found[0]


def _sets(lines: list[PhotoLine]) -> Iterable[PhotoSet]:
    titles = {one.key: str(one.title) for one in body_maps()}
    by_set = sorted(lines, key=lambda one: (one.day, one.region), reverse=True)
    for (day, region), found in groupby(by_set, key=lambda one: (one.day, one.region)):
        standard = views_for(region)
        photos = sorted(found, key=lambda one: (standard.index(one.view), one.at))
        have = {one.view for one in photos}
        # The first five views of a face belong to every set; the others to some treatments.
        usual = [one for one in standard[:5] if one != "close_up"]
        missing = [str(views()[one]) for one in usual if one not in have]
        yield PhotoSet(day, region, titles[region], tuple(photos), tuple(missing))


def _pairs(lines: list[PhotoLine]) -> Iterable[Pair]:
    def key(one: PhotoLine) -> tuple[str, str, str]:
        return one.region, one.view, one.area

    for _key, found in groupby(sorted(lines, key=key), key=key):
        dated = sorted(found, key=lambda one: one.at)
        if dated[0].day != dated[-1].day:
            yield Pair(dated[0].title, dated[0], dated[-1])


def _lines(rows: Iterable[Photo]) -> list[PhotoLine]:
    found = list(rows)
    names = staff_names({one.recorded_by_id for one in found})
    return [
        PhotoLine(
            id=one.pk,
            visit_id=one.visit_id,
            region=one.region,
            view=one.view,
            area=one.area,
            day=one.clinic_day,
            at=one.recorded_at.astimezone(site_zone(one.site_id)),
            by=names.get(one.recorded_by_id) if one.recorded_by_id else None,
            width=one.width,
            height=one.height,
            points=one.points,
            version=one.version,
        )
        for one in found
    ]


def _design(row: Design, names: dict[Any, PersonName]) -> DesignLine:
    zone = site_zone(row.site_id)

    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone) if moment else None

    return DesignLine(
        id=row.pk,
        title=row.title,
        shapes=row.shapes,
        day=row.clinic_day,
        by=names.get(row.recorded_by_id),
        patient_name=row.patient_name,
        patient_signed_at=local(row.patient_signed_at),
        doctor=names.get(row.doctor_id) if row.doctor_id else None,
        doctor_signed_at=local(row.doctor_signed_at),
        version=row.version,
    )
