"""The wizard of the first start: seven pages, one deed at the end."""

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yilu.platform import links
from yilu.platform.errors import NotFound
from yilu.platform.web import idle
from yilu.workforce.selectors.staff import staff_exists
from yilu.workspace.errors import AlreadySetUp
from yilu.workspace.operations.setup import DAYS_PUBLISHED, set_up_clinic
from yilu.workspace.operations.setup_link import PURPOSE
from yilu.workspace.selectors.setup import setup_actor
from yilu.workspace.web.setup.draft import DONE, REVIEW, STEPS, Draft
from yilu.workspace.web.setup.forms.staff import MORE

TITLES = {
    "clinic": pgettext_lazy("setup", "Clinic"),
    "trades": _("What you offer"),
    "places": _("Rooms and chairs"),
    "hours": _("Opening hours"),
    "staff": _("People"),
    "services": _("Services and prices"),
    REVIEW: pgettext_lazy("setup", "Review"),
}


@require_GET
def start(request: HttpRequest, token: str) -> HttpResponseBase:
    """Go to the first page that is not answered yet."""
    if staff_exists():
        return _go(token, DONE)
    links.look_up(PURPOSE, token)
    return _go(token, Draft(request.session).next_step)


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """One page of questions: show it, or keep its answers and go on."""
    if name not in STEPS:
        raise NotFound
    if staff_exists():
        return _go(token, DONE)
    links.look_up(PURPOSE, token)
    draft = Draft(request.session)
    if not draft.is_open(name):
        return _go(token, draft.next_step)
    form = draft.form(name, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        draft.keep(name, form, request.POST)
        if request.POST.get("next") == "more":
            draft.add_rows(MORE)
            return _go(token, name)
        return _go(token, _after(name))
    status = 422 if request.method == "POST" else 200
    return _page(request, token, name, draft, status=status, form=form)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show everything, and on the word of the administrator make the clinic."""
    if staff_exists():
        return _go(token, DONE)
    links.look_up(PURPOSE, token)
    draft = Draft(request.session)
    if draft.next_step != REVIEW:
        return _go(token, draft.next_step)
    if request.method == "GET":
        services = draft.forms["services"]
        return _page(
            request,
            token,
            REVIEW,
            draft,
            plan=draft.plan(),
            weekdays=draft.forms["hours"].lines(),
            unmanned=services.unmanned(),
            offered=sum(one.is_offered for one in services.plan()),
            days=DAYS_PUBLISHED,
        )
    try:
        made = set_up_clinic(actor=setup_actor(), plan=draft.plan())
    except AlreadySetUp:
        return _go(token, DONE)
    draft.forget()
    user = get_user_model().objects.get(pk=made.administrator_id)
    login(request, user)
    idle.begin(request)
    return _go(token, DONE)


@require_GET
def done(request: HttpRequest, token: str) -> HttpResponse:
    """The clinic stands. The link opens nothing else from now on."""
    if not staff_exists():
        links.look_up(PURPOSE, token)
        raise NotFound
    return render(request, "workspace/setup/done.html", {"is_signed_in": _is_signed_in(request)})


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated)


def _page(
    request: HttpRequest, token: str, name: str, draft: Draft, *, status: int = 200, **facts: object
) -> HttpResponse:
    pages = [
        {
            "name": key,
            "title": title,
            "url": _url(token, key),
            "is_open": draft.is_open(key),
            "is_answered": key in draft.forms,
            "is_here": key == name,
        }
        for key, title in TITLES.items()
    ]
    here = list(TITLES).index(name)
    context = {
        "pages": pages,
        "number": here + 1,
        "many": len(TITLES),
        "title": TITLES[name],
        "back": pages[here - 1]["url"] if here else "",
        **facts,
    }
    return render(request, f"workspace/setup/{name}.html", context, status=status)


def _after(name: str) -> str:
    pages = list(TITLES)
    return pages[pages.index(name) + 1]


def _url(token: str, name: str) -> str:
    if name in {REVIEW, DONE}:
        return reverse(f"workspace:setup-{name}", args=[token])
    return reverse("workspace:setup-step", args=[token, name])


def _go(token: str, name: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(_url(token, name), status=303)
