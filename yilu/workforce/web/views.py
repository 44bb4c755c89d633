"""The pages of staff. Each view parses, calls one function, and renders."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.platform import clock
from yilu.platform.names import CHINESE, ENGLISH
from yilu.platform.slots import slots
from yilu.platform.web.dialogs import form_dialog, tried
from yilu.platform.web.http import ActorRequest, go_to, render_page, sent_version, with_toast
from yilu.workforce.operations.posts import assign_post, end_assignment
from yilu.workforce.operations.practitioners import change_practitioner, make_practitioner
from yilu.workforce.operations.staff import (
    change_staff,
    end_employment,
    hire_staff,
    reset_password,
    take_back_staff,
)
from yilu.workforce.selectors.administration import (
    LEFT,
    WORKING,
    StaffLine,
    post_matrix,
    staff_detail,
    staff_list,
)
from yilu.workforce.selectors.practitioners import practitioner_info
from yilu.workforce.selectors.staff import may_administer
from yilu.workforce.web.forms import AssignForm, PractitionerForm, StaffForm

LONGEST_SEARCH = 60
LEAVING = "workforce.leaving"
"""Where a higher app asks before somebody leaves."""


@require_GET
def staff(request: ActorRequest) -> HttpResponse:
    """Everybody who works here, or has left."""
    q = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    state = request.GET.get("state", WORKING)
    return render_page(
        request,
        "workforce/staff.html",
        part="workforce/_staff.html",
        q=q,
        state=state if state in {WORKING, LEFT, "all"} else WORKING,
        lines=staff_list(actor=request.actor, q=q, state=state),
        can_manage=may_administer(request.actor),
    )


@require_GET
def person(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """One person: what they are called, their posts, and what they do for patients."""
    detail = staff_detail(actor=request.actor, staff_id=staff_id)
    practitioner_id = detail.line.practitioner_id
    return render_page(
        request,
        "workforce/person.html",
        part="workforce/_person.html",
        detail=detail,
        one=detail.line,
        practitioner=practitioner_info(practitioner_id) if practitioner_id else None,
        leaving=next((one.url_name for one in slots(LEAVING)), ""),
    )


@require_GET
def matrix(request: ActorRequest) -> HttpResponse:
    """Which post may do what."""
    found = post_matrix(actor=request.actor)
    return render_page(
        request, "workforce/matrix.html", part="workforce/_matrix.html", matrix=found
    )


@require_http_methods(["GET", "POST"])
def hire(request: ActorRequest) -> HttpResponseBase:
    """Let somebody work here."""
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hired = tried(form, lambda: hire_staff(actor=request.actor, facts=form.facts()))
        if hired is not None:
            return _to_person(request, hired.staff_id, _("Hired. Now give a post and a password."))
    return form_dialog(
        request, form, _("Hire somebody"), reverse("workforce:hire"), _("Hire"), wide=True
    )


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, staff_id: UUID) -> HttpResponseBase:
    """Change what somebody is called."""
    line = staff_detail(actor=request.actor, staff_id=staff_id).line
    form = StaffForm(request.POST or None, initial=_as_answers(line))
    version = sent_version(request) or line.version
    if request.method == "POST" and form.is_valid():
        change_staff(actor=request.actor, staff_id=staff_id, facts=form.facts(), version=version)
        return _to_person(request, staff_id, _("Saved."))
    url = reverse("workforce:change", args=[staff_id])
    return form_dialog(request, form, _("Change the person"), url, _("Save"), version=line.version)


@require_http_methods(["GET", "POST"])
def assign(request: ActorRequest, staff_id: UUID) -> HttpResponseBase:
    """Give somebody a post."""
    line = staff_detail(actor=request.actor, staff_id=staff_id).line
    first = {"from_on": clock.now().date().isoformat()}
    form = AssignForm(request.POST or None, actor=request.actor, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        given = tried(
            form,
            lambda: assign_post(
                actor=request.actor,
                user_id=line.user_id,
                post=said["post"],
                site_id=said["site"],
                from_on=said["from_on"],
                to_on=said["to_on"],
            ),
        )
        if given is not None:
            return _to_person(request, staff_id, _("The post is given."))
    url = reverse("workforce:assign", args=[staff_id])
    return form_dialog(request, form, _("Give a post"), url, _("Give the post"))


@require_POST
def end_post(request: ActorRequest, staff_id: UUID, assignment_id: UUID) -> HttpResponseBase:
    """Let a post end at once."""
    end_assignment(actor=request.actor, assignment_id=assignment_id, version=sent_version(request))
    return _to_person(request, staff_id, _("The post has ended."))


@require_http_methods(["GET", "POST"])
def practise(request: ActorRequest, staff_id: UUID) -> HttpResponseBase:
    """Say what somebody does for patients."""
    line = staff_detail(actor=request.actor, staff_id=staff_id).line
    known = practitioner_info(line.practitioner_id) if line.practitioner_id else None
    form = PractitionerForm(request.POST or None, actor=request.actor, known=known)
    if request.method == "POST" and form.is_valid():
        if known is None:
            make_practitioner(actor=request.actor, staff_id=staff_id, facts=form.facts())
        else:
            change_practitioner(
                actor=request.actor,
                practitioner_id=known.id,
                facts=form.facts(),
                version=sent_version(request) or known.version,
            )
        return _to_person(request, staff_id, _("Saved."))
    return form_dialog(
        request,
        form,
        _("Work with patients"),
        reverse("workforce:practise", args=[staff_id]),
        _("Save"),
        version=known.version if known else None,
        wide=True,
    )


@require_POST
def new_password(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """Give somebody a new password and show it this once."""
    password = reset_password(actor=request.actor, staff_id=staff_id)
    line = staff_detail(actor=request.actor, staff_id=staff_id).line
    return render_page(
        request,
        "workforce/password.html",
        part="workforce/_password.html",
        one=line,
        password=password,
    )


@require_POST
def leave(request: ActorRequest, staff_id: UUID) -> HttpResponseBase:
    """Let somebody no longer work here; whatever they are signed in to ends."""
    end_employment(actor=request.actor, staff_id=staff_id, version=sent_version(request))
    return _to_person(request, staff_id, _("This person can no longer sign in."))


@require_POST
def come_back(request: ActorRequest, staff_id: UUID) -> HttpResponseBase:
    """Let somebody work here again."""
    take_back_staff(actor=request.actor, staff_id=staff_id, version=sent_version(request))
    return _to_person(request, staff_id, _("This person can sign in again."))


def _to_person(request: ActorRequest, staff_id: UUID, said: str) -> HttpResponseBase:
    answer: Any = go_to(request, reverse("workforce:person", args=[staff_id]))
    return with_toast(answer, said)


def _as_answers(line: StaffLine) -> dict[str, Any]:
    return {
        "name": line.name.written,
        "pinyin": line.name.pinyin,
        "staff_no": line.staff_no,
        "title_zh": line.title.get(CHINESE, ""),
        "title_en": line.title.get(ENGLISH, ""),
        "languages": list(line.languages),
    }
