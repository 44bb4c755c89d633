"""The machines that speak to us, how they do, and what analysers sent that nobody could place."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.facility.selectors.sites import visible_sites
from yilu.interop import permissions
from yilu.interop.models import Device, Heard
from yilu.interop.states import FAULTS, DeviceKind, HeardState
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound

MOST = 100
OPEN = (HeardState.UNMATCHED, HeardState.REFUSED)


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A machine that may speak to a site."""

    id: UUID
    site_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A machine in the list."""

    id: UUID
    site: str
    kind: str
    kind_label: str
    name: str
    address: str
    is_active: bool
    heard: int
    last_at: datetime | None
    last_fault: str
    fault_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A message that waits for a person. `raw` only for whoever may read it."""

    id: UUID
    device: str
    control_id: str
    state: str
    state_label: str
    specimen: str
    fault: str
    at: datetime
    raw: str
    version: int


def known_device(kind: DeviceKind, name: str, address: str) -> KnownDevice | None:
    """The machine of this name that may speak from this address; None for a stranger. One query."""
    found = Device.objects.filter(kind=kind, name=name.strip(), is_active=True).first()
    if found is None or (found.address and found.address != address):
        return None
    return KnownDevice(found.pk, found.site_id, found.name)


def known_titles() -> list[str]:
    """The AE titles that may speak to us. One query."""
    found = Device.objects.filter(kind=DeviceKind.DICOM, is_active=True)
    return list(found.values_list("name", flat=True))


def device_lines(actor: Actor) -> list[DeviceLine]:
    """Every machine of the sites that the actor looks after. Two queries. Raises: NotFound."""
    sites = {
        one.id: str(one.name)
        for one in visible_sites(actor)
        if actor.may(permissions.DEVICES, one.id) or actor.may(permissions.RAW, one.id)
    }
    if not sites:
        raise NotFound
    return [
        DeviceLine(
            one.pk,
            sites[one.site_id],
            one.kind,
            str(DeviceKind(one.kind).label),
            one.name,
            one.address or "",
            one.is_active,
            one.heard,
            one.last_at,
            str(FAULTS.get(one.last_fault, one.last_fault)),
            one.fault_at,
            one.version,
        )
        for one in Device.objects.filter(site_id__in=sites)
    ]


def heard_lines(actor: Actor) -> list[HeardLine]:
    """What analysers sent that waits for a person, the newest first. Two queries.

    Only for whoever may read it.
    """
    sites = [one.id for one in visible_sites(actor) if actor.may(permissions.RAW, one.id)]
    found = Heard.objects.filter(device__site_id__in=sites, state__in=OPEN)
    rows = list(found.select_related("device").order_by("-at")[:MOST])
    return [
        HeardLine(
            one.pk,
            one.device.name,
            one.control_id,
            one.state,
            str(HeardState(one.state).label),
            one.specimen,
            # What the state says already is not said again.
            "" if one.state == HeardState.UNMATCHED else one.fault,
            one.at,
            one.raw.replace("\r", "\n"),
            one.version,
        )
        for one in rows
    ]
