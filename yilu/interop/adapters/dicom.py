"""What answers imaging devices: echo, worklist and storage, for those that we know.

Everything that arrives may be hostile: lengths are bounded before they are read, and whatever
fails ends that request alone. No tables here: every answer is a selector or an operation.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from django.db import close_old_connections, connections
from pydicom.dataset import Dataset
from pynetdicom import AE, AllStoragePresentationContexts, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    ModalityWorklistInformationFind,
    Verification,
)
from pynetdicom.transport import AssociationSocket

from yilu.diagnostics import permissions as diagnostics
from yilu.diagnostics.operations.images import Came, take_image
from yilu.diagnostics.rules.dicom import Facts, Unreadable, facts_of
from yilu.diagnostics.selectors.scheduled import scheduled_studies
from yilu.interop.operations.devices import note_heard
from yilu.interop.rules.worklist import fits, told
from yilu.interop.selectors.devices import KnownDevice, known_device, known_titles
from yilu.interop.states import DeviceKind
from yilu.platform import files
from yilu.platform.actors import Actor
from yilu.platform.decoder import TooLarge
from yilu.platform.errors import DomainError

log = logging.getLogger(__name__)
OUR_TITLE = "YILU"
# A title that no device can have: an empty list would let everybody in.
NOBODY = ["~ nobody ~"]
AT_ONCE = 40
SECONDS, FIRST_SECONDS = 30, 5
LONGEST_PDU = 1024 * 1024
LONGEST_MESSAGE = files.LARGEST + LONGEST_PDU
DONE, PENDING, CANCELLED = 0x0000, 0xFF00, 0xFE00
NOT_AUTHORIZED, UNREADABLE, NO_ROOM, FAILED = 0x0124, 0xC000, 0xA700, 0xC001
WORKER = Actor.system(
    "interop.dicom", diagnostics.SEE, diagnostics.EXAMINE, "clinical.see", "patients.see"
)


def serve(host: str, port: int) -> Callable[[], None]:
    """Answer devices on this port until the function that is given back is called."""
    _bound_what_is_read()
    server = AE(ae_title=OUR_TITLE)
    server.maximum_associations = AT_ONCE
    server.maximum_pdu_size = 65536
    server.dimse_timeout = server.network_timeout = SECONDS
    server.acse_timeout = FIRST_SECONDS
    # It tells at length of whatever a stranger sends; ours are the lines that somebody reads.
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL)
    server.require_called_aet = True
    server.require_calling_aet = NOBODY
    server.add_supported_context(Verification)
    server.add_supported_context(ModalityWorklistInformationFind)
    for context in AllStoragePresentationContexts:
        server.add_supported_context(str(context.abstract_syntax), _syntaxes())
    sizes: dict[int, int] = {}
    handlers: list[Any] = [
        (evt.EVT_REQUESTED, _let_in_known, [server]),
        (evt.EVT_DATA_RECV, _bound_message, [sizes]),
        (evt.EVT_DIMSE_RECV, _message_over, [sizes]),
        (evt.EVT_CONN_CLOSE, _message_over, [sizes]),
        (evt.EVT_C_ECHO, _echoed),
        (evt.EVT_C_FIND, _asked),
        (evt.EVT_C_STORE, _stored),
    ]
    listening = server.start_server((host, port), block=False, evt_handlers=handlers)
    return listening.shutdown if listening is not None else lambda: None


def keep(device: KnownDevice, content: bytes) -> int:
    """Keep an object that a device sent; gives back the status that says so."""
    try:
        found = facts_of(content)
    except Unreadable:
        note_heard(actor=WORKER, device_id=device.id, fault="unreadable object")
        return UNREADABLE
    came = Came(
        content=content,
        sop_uid=found.sop_uid,
        series_uid=found.series_uid,
        study_uid=found.study_uid,
        accession=found.accession,
        patient_number=found.patient_number,
        modality=found.modality,
        title=found.title,
        series_number=found.series_number,
        number=found.number,
        frames=found.frames,
        source=device.name,
        told=_of_whom(found),
    )
    try:
        take_image(actor=WORKER, site_id=device.site_id, came=came)
    except TooLarge:
        note_heard(actor=WORKER, device_id=device.id, fault="too large")
        return NO_ROOM
    except DomainError as refused:
        note_heard(actor=WORKER, device_id=device.id, fault=refused.code)
        return FAILED
    note_heard(actor=WORKER, device_id=device.id)
    return DONE


def _of_whom(found: Facts) -> str:
    said = (found.patient_name, found.patient_number, found.born_on, found.accession)
    return " · ".join(one for one in said if one)


def _let_in_known(event: evt.Event, server: AE) -> None:
    """Read anew, before each association is looked at, who may speak to us."""
    with _Connection():
        server.require_calling_aet = known_titles() or NOBODY


def _echoed(event: evt.Event) -> int:
    with _Connection():
        device = _who(event)
        if device is None:
            return NOT_AUTHORIZED
        note_heard(actor=WORKER, device_id=device.id)
        return DONE


def _asked(event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
    with _Connection():
        device = _who(event)
        if device is None:
            yield NOT_AUTHORIZED, None
            return
        try:
            wanted = event.identifier
            lines = scheduled_studies(WORKER, device.site_id)
            answers = [told(wanted, one, device.name) for one in lines if fits(wanted, one)]
        except Exception:  # What a broken question raises is not ours to know.
            log.warning("a worklist question of %s could not be read", device.name)
            note_heard(actor=WORKER, device_id=device.id, fault="unreadable question")
            yield UNREADABLE, None
            return
        note_heard(actor=WORKER, device_id=device.id)
        for answer in answers:
            if event.is_cancelled:
                yield CANCELLED, None
                return
            yield PENDING, answer


def _stored(event: evt.Event) -> int:
    with _Connection():
        device = _who(event)
        if device is None:
            return NOT_AUTHORIZED
        try:
            return keep(device, bytes(event.encoded_dataset()))
        except Exception:  # One object that breaks us must not end the process.
            log.exception("an object of %s could not be kept", device.name)
            return FAILED


def _who(event: evt.Event) -> KnownDevice | None:
    requestor = event.assoc.requestor
    return known_device(DeviceKind.DICOM, str(requestor.ae_title), str(requestor.address))


def _bound_message(event: evt.Event, sizes: dict[int, int]) -> None:
    """Hang up on whoever sends one message without end."""
    key = id(event.assoc)
    sizes[key] = sizes.get(key, 0) + len(event.data)
    if sizes[key] > LONGEST_MESSAGE and event.assoc.dul.socket is not None:
        log.warning("a message of %s is longer than we take", event.assoc.requestor.ae_title)
        event.assoc.dul.socket.close()


def _message_over(event: evt.Event, sizes: dict[int, int]) -> None:
    sizes.pop(id(event.assoc), None)


def _syntaxes() -> list[str]:
    """Uncompressed, RLE, JPEG and JPEG 2000: what is kept as it comes."""
    return [
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.5",
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.4.51",
        "1.2.840.10008.1.2.4.57",
        "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.90",
        "1.2.840.10008.1.2.4.91",
    ]


class _Connection:
    """A connection to the database for as long as one request lasts: the threads are not ours."""

    def __enter__(self) -> None:
        close_old_connections()

    def __exit__(self, *wrong: object) -> None:
        connections.close_all()


_bounding = threading.Lock()


def _bound_what_is_read() -> None:
    """Read no unit that says it is longer than we agreed to: the library reads them all."""
    with _bounding:
        if getattr(AssociationSocket, "is_bounded", False):
            return
        read = AssociationSocket.recv

        def bounded(self: AssociationSocket, nr_bytes: int) -> bytearray:
            if nr_bytes > LONGEST_PDU:
                raise OSError("longer than we agreed")
            return read(self, nr_bytes)

        AssociationSocket.recv = bounded  # type: ignore[method-assign]
        AssociationSocket.is_bounded = True  # type: ignore[attr-defined]
