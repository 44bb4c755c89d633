"""What the pages of the laboratory and of the imaging post share: steps, refusals, who it is."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from yilu.platform.errors import DomainError, NotFound
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import once
from yilu.scheduling.web.asking import read_uuid

SHOWN_REFUSALS = {409, 412, 422}
# By what a patient is told, in the order of asking.
IDENTIFIERS = ("name", "born_on", "phone_tail", "record_no")
Deed = Callable[[], object]
# Shows what is worked on, with the refusal if there is one.
Part = Callable[[DomainError | None], HttpResponse]


def identifiers() -> list[tuple[str, str]]:
    """By what a patient is told, in words."""
    words = (_("Name"), _("Birth date"), _("Last four of the phone"), _("Record number"))
    return list(zip(IDENTIFIERS, words, strict=True))


def typed_identifiers(request: ActorRequest) -> dict[str, str]:
    """What was typed of them."""
    return {key: request.POST.get(f"id-{key}", "") for key in IDENTIFIERS}


def refusal(request: ActorRequest, refused: DomainError | None) -> dict[str, Any]:
    """What was typed and what is wrong with it, to be shown again."""
    if refused is None:
        return {}
    errors = getattr(refused, "errors", ())
    return {
        "refused": refused,
        "errors": {one.field: one.message for one in errors},
        "typed": request.POST,
    }


def status_of(refused: DomainError | None) -> int:
    """With which status a part is shown."""
    if refused is None:
        return 200
    return 412 if refused.status == 412 else 422


def step(request: ActorRequest, deed: Deed, part: Part, words: str) -> HttpResponseBase:
    """Do a deed once and show what it changed; a refusal stands there with what was typed."""
    if request.method != "POST":
        raise NotFound

    def run() -> HttpResponse:
        deed()
        return with_toast(part(None), words)

    return shown(request, run, part)


def shown(request: ActorRequest, run: Callable[[], HttpResponse], part: Part) -> HttpResponseBase:
    """The same for a deed that says itself what it answers."""
    try:
        return once(request, run)
    except DomainError as refused:
        if refused.status not in SHOWN_REFUSALS:
            raise
        return part(refused)


def known_id(typed: str) -> UUID:
    """An id from an address. Raises: NotFound."""
    found = read_uuid(typed)
    if found is None:
        raise NotFound
    return found


def as_file(name: str, content: bytes) -> HttpResponse:
    """A paper, shown by the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
