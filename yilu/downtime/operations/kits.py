"""Making a kit every hour, and letting old ones go."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError

from yilu.downtime import permissions
from yilu.downtime.errors import KitGone
from yilu.downtime.events import KitMade
from yilu.downtime.models import Kit
from yilu.downtime.rules import FORMS_A_KIT, KEPT
from yilu.downtime.selectors.content import Content, kit_content
from yilu.downtime.selectors.kits import downtime_topic, folder_of
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.patients import permissions as patients
from yilu.platform import audit, clock, outbox, pdf, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.ids import new_id
from yilu.platform.subjects import Subject
from yilu.scheduling import permissions as scheduling

HOURLY = "downtime.kit"
LATEST = "latest.pdf"


@dataclass(frozen=True, slots=True)
class Printed:
    """A file that lies in the folder of a site."""

    name: str
    size: int
    made_at: datetime


def make_kit(*, actor: Actor, site_id: UUID) -> UUID:
    """Print what a site needs to work on paper into its folder. Call outside a deed: it takes long.

    Asked for twice in a minute it is one kit. Raises: NotAllowed, NotFound.
    """
    actor.require(permissions.SEE, site_id)
    site = site_info(site_id)
    made_at = clock.now().replace(second=0, microsecond=0)
    known = Kit.objects.filter(site_id=site_id, made_at=made_at).first()
    if known is not None:
        return known.pk
    able = actor.lent(scheduling.SEE, patients.SEE)
    content = kit_content(able, site, made_at)
    made = pdf.render_apart("downtime/kit", content.paper)
    name = f"{site.key}-{made_at.astimezone(site.zone):%Y%m%d-%H%M}.pdf"
    _write(folder_of(site.key) / name, made)
    _write(folder_of(site.key) / LATEST, made)
    try:
        file = Printed(name, len(made), made_at)
        return _keep(actor=actor, site=site, file=file, content=content)
    except IntegrityError:
        # Two at once printed the same minute: the first one's row stands for both.
        return Kit.objects.get(site_id=site_id, made_at=made_at).pk


@operation
def drop_old_kits(*, actor: Actor, site_id: UUID) -> int:
    """Take away the PDFs of a site that are older than two days; their rows stay. How many.

    A file that got no row, because we died in between, goes by its own age.
    """
    actor.require(permissions.SEE, site_id)
    before = clock.now() - KEPT
    old = list(Kit.objects.filter(site_id=site_id, dropped_at=None, made_at__lt=before))
    folder = folder_of(site_info(site_id).key)
    for kit in old:
        (folder / kit.file_name).unlink(missing_ok=True)
    oldest = (clock.machine_now() - KEPT).timestamp()
    for path in folder.glob("*.p*") if folder.is_dir() else ():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    Kit.objects.filter(pk__in=[kit.pk for kit in old]).update(dropped_at=clock.now())
    if old:
        site = Subject("facility.site", site_id)
        audit.record(actor, "downtime.kits.dropped", site, site_id=site_id, many=len(old))
    return len(old)


@operation
def schedule_next_kit(*, actor: Actor, site_id: UUID) -> None:
    """Have a site's next kit made at the next full hour. One query."""
    actor.require(permissions.SEE, site_id)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    timers.schedule(HOURLY, due_at=hour + timedelta(hours=1), subject_id=site_id, site_id=site_id)


@operation
def take_kit(*, actor: Actor, kit_id: UUID) -> Path:
    """The file of a kit, for download; that it was taken is written down: it names patients.

    Raises: NotFound, KitGone.
    """
    kit = Kit.objects.select_related("site").filter(pk=kit_id).first()
    if kit is None:
        raise KitGone
    actor.require_to_see(permissions.SEE, kit.site_id)
    path = folder_of(kit.site.key) / kit.file_name
    if kit.dropped_at is not None or not path.is_file():
        raise KitGone
    audit.record(actor, "downtime.kit.taken", kit, site_id=kit.site_id, bookings=kit.bookings)
    return path


@operation
def _keep(*, actor: Actor, site: SiteInfo, file: Printed, content: Content) -> UUID:
    kit = Kit(
        id=new_id(), site_id=site.id, made_at=file.made_at, code=content.code,
        file_name=file.name, size=file.size, bookings=content.bookings, forms=FORMS_A_KIT,
    )  # fmt: skip
    kit.save(force_insert=True)
    audit.record(actor, "downtime.kit.made", kit, site_id=site.id, bookings=content.bookings)
    outbox.publish(
        KitMade(file.made_at), actor=actor, site_id=site.id, subject=kit,
        topics=[downtime_topic(site.id)],
    )  # fmt: skip
    return kit.pk


def _write(path: Path, content: bytes) -> None:
    """Put a file where others read it, whole or not at all."""
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.part")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
