"""The living page of the design system: every token and part, drawn by the product's own code."""

from datetime import timedelta
from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from yilu.platform import clock, looks
from yilu.platform.context import page as page_context
from yilu.platform.errors import BadRequest, Conflict
from yilu.platform.forms import Text
from yilu.platform.live import hints
from yilu.platform.web import design_samples as samples
from yilu.platform.web.http import with_toast

TOPIC = "design"


class NotReady(Conflict):
    """The refusal that the page shows on demand."""

    code = "not_ready"

    def __str__(self) -> str:
        return pgettext("design", "Chair 3 is being cleaned and is free again at 10:31.")


class Registration(forms.Form):
    """Four fields, one of them wrong."""

    name = Text(label=pgettext_lazy("design", "Name"))
    phone = Text(label=pgettext_lazy("design", "Mobile"))
    born_on = Text(label=pgettext_lazy("design", "Born on"))
    reason = forms.ChoiceField(
        label=pgettext_lazy("design", "Reason"),
        choices=[("fever", pgettext_lazy("design", "Fever"))],
        required=False,
    )

    def clean_phone(self) -> str:
        raise forms.ValidationError(
            pgettext(
                "design", "Two digits are missing. You may leave it empty and add it at check-in."
            )
        )


def showroom(request: HttpRequest) -> HttpResponse:
    """Everything a page may be made of. No query."""
    now = clock.now()
    return render(
        request,
        "platform/design.html",
        {
            "states": samples.states(),
            "waits": [(12, 35, "10:28–10:33"), (29, 35, "10:26–10:30"), (41, 35, "10:38–10:50")],
            "since": {n: now - timedelta(minutes=n, seconds=20) for n in (2, 6, 12, 29, 41)},
            "due_soon": now + timedelta(minutes=5, seconds=52),
            "overdue": now - timedelta(minutes=18, seconds=5),
            "cards": samples.cards(),
            "rows": samples.rows(now),
            "person": samples.person(),
            "shell": samples.shell(),
            "topic": TOPIC,
            "names": {key: samples.name(key) for key in samples.NAMES},
            "opens_at": page_context(request)["clinic_local"],
            "badges": samples.badges(),
            "flags": list(looks.FLAGS),
            "form": Registration(
                {"name": samples.name("lu"), "phone": "121 0000 33", "born_on": "2019-02-28"}
            ),
        },
    )


class Closing(forms.Form):
    """Why a session is closed."""

    reason = Text(label=pgettext_lazy("design", "Reason (patients see it)"), max_length=80)


def closing(request: HttpRequest) -> HttpResponse:
    """A dialog with a form in it: it comes back when something is missing. Changes nothing."""
    # The page behind the dialog has fields of its own: no two may share an id.
    form = Closing(request.POST if request.method == "POST" else None, auto_id="dialog_%s")
    if form.is_valid():
        words = pgettext("design", "Closed: %(reason)s") % form.cleaned_data
        return with_toast(HttpResponse(status=HTTPStatus.NO_CONTENT), words)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "platform/_design_closing.html", {"form": form}, status=status)


def search(request: HttpRequest) -> HttpResponse:
    """The hits below the search box."""
    hits = samples.name_hits(request.GET.get("q", ""))
    return render(request, "platform/_design_hits.html", {"hits": hits})


def live_part(request: HttpRequest) -> HttpResponse:
    """The part of the page that is drawn again when somebody says that it changed."""
    return render(request, "platform/_design_live.html")


@require_POST
def attempt(request: HttpRequest, what: str) -> HttpResponse:
    """Let a reader of the page see a toast, its undo and a refusal. Changes nothing."""
    if what == "refused":
        raise NotReady
    if what == "undo":
        return with_toast(HttpResponse(), pgettext("design", "Taken back"))
    if what == "push":
        hints.hint(TOPIC)
        return HttpResponse(status=204)
    if what != "done":
        raise BadRequest
    called = pgettext("design", "Called A026 %(name)s to room 1") % {"name": samples.name("mo")}
    return with_toast(HttpResponse(), called, undo="/design/try/undo", seconds=300)
