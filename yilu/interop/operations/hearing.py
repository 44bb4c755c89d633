"""Hearing analysers: each message is kept once, entered if its tube is known, and answered."""

from uuid import UUID

from django.db import transaction

from yilu.diagnostics import permissions as diagnostics
from yilu.diagnostics.errors import ResultsWrong, UnitDiffers
from yilu.diagnostics.operations.measured import enter_measured
from yilu.diagnostics.selectors.tube_orders import tube_orders
from yilu.interop import permissions
from yilu.interop.errors import HeardSettled, NotTaken
from yilu.interop.models import Heard
from yilu.interop.operations.devices import note_heard
from yilu.interop.rules.hl7 import Message, Ordered, Unclear, answer, orders, read
from yilu.interop.selectors.devices import KnownDevice, known_device
from yilu.interop.selectors.topics import devices_topic
from yilu.interop.states import HEARD_MOVES, DeviceKind, HeardState
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, lock_name, operation
from yilu.platform.errors import DomainError, FieldError, NotFound
from yilu.platform.live import hints

TAKEN, NOT, REJECTED = "AA", "AE", "AR"
RESULTS, QUESTION = "ORU^R01", "ORM^O01"
SEXES = {"male": "M", "female": "F"}
LISTENER = Actor.system(
    "interop.analyser", diagnostics.SEE, diagnostics.TEST, "clinical.see", "patients.see"
)


@operation
def hear(*, actor: Actor, raw: bytes, address: str) -> bytes:
    """The answer to what came in a frame; what we know of who sent it is noted."""
    made_at = f"{clock.machine_now():%Y%m%d%H%M%S}"
    try:
        found = read(raw)
    except Unclear:
        return answer(None, REJECTED, "unreadable", made_at)
    device = known_device(DeviceKind.HL7, found.sender, address)
    if device is None:
        return answer(found, REJECTED, "unknown sender", made_at)
    if found.kind.startswith(QUESTION):
        return _orders(actor, device, found, made_at)
    if not found.kind.startswith(RESULTS):
        note_heard(actor=actor, device_id=device.id, fault=f"kind {found.kind}")
        return answer(found, REJECTED, "only ORU^R01 and ORM^O01 are heard", made_at)
    code, fault = take_results(actor=actor, device=device, message=found)
    note_heard(actor=actor, device_id=device.id, fault=fault)
    return answer(found, code, fault, made_at)


@operation
def take_results(*, actor: Actor, device: KnownDevice, message: Message) -> tuple[str, str]:
    """Keep a message and enter what it measured; the same number again is answered the same.

    A tube that we do not know waits for a person, and counts as taken: the analyser is done.
    """
    lock_name("interop.heard", f"{device.id}:{message.control_id}")
    known = Heard.objects.filter(device_id=device.id, control_id=message.control_id).first()
    if known is not None:
        return known.answer, known.fault
    row = Heard(
        device_id=device.id,
        control_id=message.control_id,
        specimen=" ".join(message.specimens)[:40],
        raw=message.text,
    )
    row.state, row.answer, row.fault = HeardState.TAKEN, TAKEN, ""
    try:
        _enter(actor, device.site_id, device.name, message, message.specimens)
    except NotFound:
        row.state, row.fault = HeardState.UNMATCHED, "specimen unknown"
    except DomainError as refused:
        row.state, row.answer, row.fault = HeardState.REFUSED, NOT, _said(refused)
    row.save(force_insert=True)
    hints.hint(devices_topic())
    return row.answer, row.fault


@operation
def place_heard(*, actor: Actor, heard_id: UUID, number: str, version: int | None = None) -> None:
    """Say which tube a message is about that could not be placed, and enter it.

    Raises:
        NotFound, NotAllowed, Stale, HeardSettled.
        NotTaken: no tube has this number, or its results cannot be entered.
    """
    row = _hold(actor, heard_id, version)
    device = row.device
    try:
        message = read(row.raw.encode())
        _enter(LISTENER, device.site_id, device.name, message, (number.strip()[:40],))
    except (NotFound, Unclear) as error:
        raise NotTaken(FieldError("number", "unknown", "?"), why=number) from error
    except DomainError as refused:
        raise NotTaken(why=_said(refused)) from refused
    _settle(actor, row, HeardState.TAKEN, "placed")


@operation
def put_heard_aside(*, actor: Actor, heard_id: UUID, version: int | None = None) -> None:
    """Settle a message that is about nothing of ours. It stays kept.

    Raises:
        NotFound, NotAllowed, Stale, HeardSettled.
    """
    _settle(actor, _hold(actor, heard_id, version), HeardState.PUT_ASIDE, "put_aside")


def _orders(actor: Actor, device: KnownDevice, message: Message, made_at: str) -> bytes:
    """What is to be measured in the tube that an analyser has before it; nothing is changed."""
    found = tube_orders(actor, device.site_id, message.specimens)
    note_heard(actor=actor, device_id=device.id, fault="" if found else "specimen unknown")
    if found is None:
        return orders(message, None, made_at)
    ordered = Ordered(
        number=found.number,
        record_no=found.patient.record_no,
        name=str(found.patient.name.written),
        born_on=f"{found.patient.born_on:%Y%m%d}" if found.patient.born_on else "",
        sex=SEXES.get(found.patient.sex, "U"),
        is_urgent=found.is_urgent,
        collected_at=f"{found.collected_at:%Y%m%d%H%M%S}",
        tests=found.tests,
    )
    return orders(message, ordered, made_at)


def _enter(
    actor: Actor, site_id: UUID, name: str, message: Message, numbers: tuple[str, ...]
) -> None:
    # Within a savepoint: what the message could not do is undone, that it came is kept.
    with transaction.atomic():
        enter_measured(
            actor=actor,
            site_id=site_id,
            numbers=numbers,
            measured=[(one.codes, one.value, one.unit) for one in message.results],
            note=name,
        )


def _hold(actor: Actor, heard_id: UUID, version: int | None) -> Heard:
    found = Heard.objects.select_for_update(no_key=True, of=("self",)).select_related("device")
    row = found.filter(pk=heard_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.RAW, row.device.site_id)
    check_version(row, version)
    return row


def _settle(actor: Actor, row: Heard, target: HeardState, deed: str) -> None:
    if target not in HEARD_MOVES[HeardState(row.state)]:
        raise HeardSettled
    row.state, row.settled_by_id = target, actor.user_id
    row.version += 1
    row.save(update_fields=["state", "settled_by", "version"])
    audit.record(actor, f"interop.heard.{deed}", row, site_id=row.device.site_id)
    hints.hint(devices_topic())


def _said(refused: DomainError) -> str:
    if isinstance(refused, ResultsWrong | UnitDiffers):
        wrong = [f"{one.field.removeprefix('v-')} {one.code}" for one in refused.errors]
        return f"{refused.code}: {', '.join(wrong)}"[:200]
    return str(refused.code)
