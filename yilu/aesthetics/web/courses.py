"""Courses at the desk and in the room: what is left, selling, ending; and what is offered."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yilu.aesthetics import permissions
from yilu.aesthetics.errors import PackageGone
from yilu.aesthetics.operations.courses import (
    Offer,
    end_course,
    offer_package,
    sell_course,
    undo_use,
)
from yilu.aesthetics.rules.treatments import treatments
from yilu.aesthetics.selectors.context import looks_topic
from yilu.aesthetics.selectors.courses import courses_part
from yilu.clinical.web.reading import read_id, sent, whole
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, sent_number, with_toast
from yilu.platform.web.once import posted_once


@require_GET
def page(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The courses of a visit's patient."""
    return render(request, "aesthetics/courses.html", _context(request, visit_id))


@require_GET
def part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The same as a part."""
    return _part(request, visit_id)


@posted_once
def sold(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Sell a package."""
    package = read_id(request.POST.get("package", ""))
    if package is None:
        raise PackageGone
    sell_course(actor=request.actor, visit_id=visit_id, package_id=package)
    return with_toast(_part(request, visit_id), _("Sold; it counts once it is paid"))


@posted_once
def ended(request: ActorRequest, visit_id: UUID, course_id: UUID) -> HttpResponseBase:
    """End a course; what was not used goes back."""
    _own(request, visit_id, course_id)
    end_course(
        actor=request.actor, course_id=course_id, reason=request.POST.get("reason", ""),
        version=sent_number(request, "version"),
    )  # fmt: skip
    return with_toast(_part(request, visit_id), _("Course ended"))


@posted_once
def given_back(
    request: ActorRequest, visit_id: UUID, course_id: UUID, session_id: UUID
) -> HttpResponseBase:
    """Give a session back to its course."""
    _own(request, visit_id, course_id)
    undo_use(
        actor=request.actor, course_id=course_id, session_id=session_id,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip
    return with_toast(_part(request, visit_id), _("Session given back"))


@posted_once
def offered(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Offer a package, or change one."""
    part = courses_part(request.actor, visit_id)
    post = sent(request)
    offer = Offer(
        kind=post.get("kind", ""),
        zh=post.get("zh", ""),
        en=post.get("en", ""),
        sessions=whole(post.get("sessions", "")),
        valid_days=whole(post.get("valid_days", "")),
        code=post.get("code", ""),
    )
    offer_package(actor=request.actor, site_id=part.visit.site_id, offer=offer)
    return with_toast(_part(request, visit_id), _("Package offered"))


def _own(request: ActorRequest, visit_id: UUID, course_id: UUID) -> None:
    known = {one.id for one in courses_part(request.actor, visit_id).courses}
    if course_id not in known:
        raise NotFound


def _part(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    return render(request, "aesthetics/_courses.html", _context(request, visit_id))


def _context(request: ActorRequest, visit_id: UUID) -> dict[str, Any]:
    part = courses_part(request.actor, visit_id)
    return {
        "part": part,
        "visit": part.visit,
        "here": "courses",
        "sees_record": request.actor.may(permissions.SEE, part.visit.site_id),
        "kinds": treatments().values(),
        "topic": looks_topic(part.visit.patient_id),
    }
