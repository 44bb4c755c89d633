"""A telephone system tells us of calls: signed as partners sign, with a key of its own."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import StringConstraints

from yilu.interop.api.signed import Signed, message_of
from yilu.interop.errors import (
    BodyAltered,
    RequestReplayed,
    SignatureMissing,
    SignatureUnreadable,
    SignatureWrong,
)
from yilu.interop.operations.admission import check_age
from yilu.interop.rules.signatures import FOR_TELEPHONE, Unreadable, fits, is_body_of, read
from yilu.platform import api
from yilu.platform.actors import Actor
from yilu.reception.operations.calls import note_answered, note_hung_up, note_ringing
from yilu.reception.operations.lines import KnownLine, know_line, use_nonce
from yilu.reception.selectors.telephone_lines import call_of

STRANGER = Actor.system("interop.telephone")


class SignedLine(Signed):
    """Lets in a telephone system that signed the request, once."""

    def __call__(self, request: HttpRequest) -> Actor:
        """The system as an actor. Raises: every refusal of a signature."""
        message = message_of(request)
        if not {"signature", "signature-input"} <= message.headers.keys():
            raise SignatureMissing
        try:
            found = read(message, tag=FOR_TELEPHONE)
        except Unreadable as error:
            raise SignatureUnreadable from error
        line = know_line(actor=STRANGER, key=found.key)
        if not fits(message, found, line.secret.encode()):
            raise SignatureWrong
        if not is_body_of(message):
            raise BodyAltered
        check_age(found.created)
        if not use_nonce(actor=STRANGER, line_id=line.id, nonce=found.nonce):
            raise RequestReplayed
        request.line = line  # type: ignore[attr-defined]
        request.actor = line.actor  # type: ignore[attr-defined]
        return line.actor


class LineRequest(api.ApiRequest):
    """A request that a telephone system signed."""

    line: KnownLine


router = api.Router(tags=["telephone"], auth=SignedLine())


class CallIn(api.Shape):
    """What happened to which call. `from_number` may be empty when the caller hides it."""

    event: Literal["ringing", "answered", "ended"]
    call: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    from_number: Annotated[str, StringConstraints(max_length=40)] = ""


class CallOut(api.Shape):
    call: UUID | None


@router.post("/telephone/calls", response=CallOut)
def telephone_call(request: LineRequest, data: CallIn) -> HttpResponse:
    """Hear of a call. Saying the same twice changes nothing; so it needs no idempotency key."""
    line, actor = request.line, request.actor
    if data.event == "ringing":
        made = note_ringing(
            actor=actor, line_id=line.id, site_id=line.site_id, ref=data.call,
            phone=data.from_number,
        )  # fmt: skip
        return api.answer(CallOut(call=made))
    call_id = call_of(line.id, data.call)
    if call_id is not None:
        deed = note_answered if data.event == "answered" else note_hung_up
        deed(actor=actor, call_id=call_id)
    return api.answer(CallOut(call=call_id))
