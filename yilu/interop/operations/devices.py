"""Saying which machines may speak to us, and noting how they do."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from uuid import UUID

from django.db.models import F

from yilu.interop import permissions
from yilu.interop.errors import DeviceKnown, DeviceUnclear
from yilu.interop.models import Device
from yilu.interop.selectors.topics import devices_topic
from yilu.interop.states import DeviceKind
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.live import hints

_NAME = re.compile(r"[A-Za-z0-9_-]{1,16}")


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What is said of a machine. No address: it may speak from any."""

    site_id: UUID
    kind: str
    name: str
    address: str = ""


@operation
def add_device(*, actor: Actor, facts: DeviceFacts) -> UUID:
    """Let a machine speak to a site.

    Raises:
        NotFound, NotAllowed.
        DeviceUnclear: its name or address cannot be.
        DeviceKnown: there is one of this kind and name.
    """
    actor.require_to_see(permissions.DEVICES, facts.site_id)
    name = facts.name.strip()
    wrong = [] if _NAME.fullmatch(name) and facts.kind in DeviceKind.values else ["name"]
    wrong += [] if not facts.address or _is_address(facts.address) else ["address"]
    if wrong:
        message = str(DeviceUnclear.message)
        raise DeviceUnclear(*(FieldError(one, "invalid", message) for one in wrong))
    row = Device(
        site_id=facts.site_id, kind=facts.kind, name=name, address=facts.address.strip() or None
    )
    with on_violation(interop_device_once=DeviceKnown):
        row.save(force_insert=True)
    audit.record(actor, "interop.device.added", row, site_id=row.site_id, name=name)
    hints.hint(devices_topic())
    return row.pk


@operation
def switch_device(*, actor: Actor, device_id: UUID, version: int | None = None) -> None:
    """Let a machine speak no longer, or again.

    Raises:
        NotFound, Stale.
    """
    row = Device.objects.select_for_update(no_key=True).filter(pk=device_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.DEVICES, row.site_id)
    check_version(row, version)
    row.is_active = not row.is_active
    row.version += 1
    row.save(update_fields=["is_active", "version"])
    deed = "resumed" if row.is_active else "stopped"
    audit.record(actor, f"interop.device.{deed}", row, site_id=row.site_id, name=row.name)
    hints.hint(devices_topic())


@operation
def note_heard(*, actor: Actor, device_id: UUID, fault: str = "") -> None:
    """Note that a machine spoke, and what was wrong with it, if anything. For our own process."""
    now = clock.machine_now()
    changed: dict[str, object] = {"heard": F("heard") + 1, "last_at": now}
    if fault:
        changed |= {"last_fault": fault[:200], "fault_at": now}
    Device.objects.filter(pk=device_id).update(**changed)
    hints.hint(devices_topic())


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip())
    except ValueError:
        return False
    return True
