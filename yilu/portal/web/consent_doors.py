"""Letting a patient in to a consent or plan: by account, or by a link and the birth date."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yilu.platform import links
from yilu.platform.actors import Actor
from yilu.platform.errors import Conflict, Invalid, NotFound, NotSignedIn
from yilu.platform.links import LinkOver, OpenLink, TooManyTries
from yilu.platform.web.http import ActorRequest
from yilu.portal.operations.papers import answer_birth_date
from yilu.portal.web import keeping
from yilu.portal.web.forms import BirthForm


@dataclass(frozen=True, slots=True)
class ConsentDoor:
    """Who stands before a consent or a plan, and where its pages begin."""

    actor: Actor
    id: UUID
    base: str
    is_link: bool


View = Callable[..., HttpResponseBase]
Owner = Callable[[UUID], tuple[UUID, UUID]]


def let_in(purpose: str, told: str, mine: str, owner: Owner) -> Callable[[View], View]:
    """Give a view the `ConsentDoor` behind its address. A link asks for the birth date first.

    `told` and `mine` are the pages behind a link and in an account; `owner` says whose it is.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: ActorRequest, **address: Any) -> HttpResponseBase:
            if "reference" not in address:
                if request.actor.kind != "patient":
                    raise NotSignedIn
                key = address["key"]
                base = reverse(mine, args=[key])
                return view(request, ConsentDoor(request.actor, key, base, is_link=False))
            try:
                link = links.look_up(purpose, address["reference"])
            except (LinkOver, NotFound) as refused:
                context = {"error": refused, "is_over": isinstance(refused, LinkOver)}
                return render(request, "portal/link_over.html", context, status=refused.status)
            base = reverse(told, args=[address["reference"]])
            patient_id, _site_id = owner(link.subject_id)
            if link.id.hex not in request.session.get(keeping.BIRTHS, []):
                return _ask_birth(request, link, patient_id, base)
            holder = _holder(request, patient_id)
            return view(request, ConsentDoor(holder, link.subject_id, base, is_link=True))

        return run

    return decorate


def _holder(request: ActorRequest, *owned: UUID) -> Actor:
    return Actor(
        kind="patient",
        name="link",
        owns=frozenset(owned),
        correlation_id=request.actor.correlation_id,
    )


def _ask_birth(
    request: ActorRequest, link: OpenLink, patient_id: UUID, base: str
) -> HttpResponseBase:
    is_sent = request.method == "POST" and "born_on" in request.POST
    form = BirthForm(request.POST if is_sent else None)
    status = 422 if is_sent else 200
    if is_sent and form.is_valid():
        born_on = form.cleaned_data["born_on"]
        try:
            answer_birth_date(
                actor=_holder(request), link_id=link.id, patient_id=patient_id, born_on=born_on
            )
        except (Invalid, Conflict, TooManyTries) as refused:
            form.add_error(None, str(refused))
            status = refused.status
        else:
            known = request.session.get(keeping.BIRTHS, [])
            request.session[keeping.BIRTHS] = [*known, link.id.hex]
            return HttpResponseRedirect(base, status=303)
    return render(request, "portal/consent_birth.html", {"form": form}, status=status)
