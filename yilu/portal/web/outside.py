"""Results from elsewhere that a patient keeps with us: given, looked at, taken away."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yilu.diagnostics.operations.outside import Given, give_outside_report, remove_outside_report
from yilu.diagnostics.selectors.outside import outside_file
from yilu.patients.selectors.patients import PatientBrief
from yilu.platform import files, throttle
from yilu.platform.errors import NotFound, NotSignedIn
from yilu.platform.forms import Text
from yilu.platform.web.http import ActorRequest, go_to, sent_number, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.portal.selectors.mine import my_people
from yilu.portal.web.frame import bar

MOST_A_DAY, DAY = 30, 86400


class OutsideForm(forms.Form):
    """Whose result, what it is, who made it and when, and the file itself."""

    patient = forms.ChoiceField(label=gettext_lazy("Whose result"))
    title = Text(label=pgettext_lazy("result", "What it is"), max_length=100)
    source = Text(label=gettext_lazy("Hospital or laboratory"), max_length=100)
    taken_on = forms.DateField(
        label=gettext_lazy("Day of the examination"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    file = forms.FileField(
        label=gettext_lazy("PDF or photo"),
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png"}),
        max_length=200,
    )

    def __init__(self, people: list[PatientBrief], *given: Any) -> None:
        super().__init__(*given)
        self.fields["patient"].choices = [  # type: ignore[attr-defined]
            (str(one.id), str(one.name)) for one in people
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ActorRequest) -> HttpResponseBase:
    """Give us a result from elsewhere."""
    _own(request)
    people = my_people(request.actor)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OutsideForm(people, *given)

    def again(status: int) -> HttpResponseBase:
        context = {
            "form": form,
            "people": people,
            "ph_menu": bar(request),
            "back_url": reverse("portal:reports"),
        }
        return render(request, "portal/my_outside.html", context, status=status)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        throttle.take(f"portal:outside:{request.actor.user_id}", MOST_A_DAY, DAY)
        file = typed["file"]
        wish = Given(file.read(), file.name, typed["title"], typed["source"], typed["taken_on"])
        give_outside_report(actor=request.actor, patient_id=UUID(typed["patient"]), given=wish)
        return with_toast(go_to(request, reverse("portal:reports")), pgettext("result", "Kept"))

    return submit(request, form, save, again) if request.method == "POST" else again(200)


@require_safe
def show(request: ActorRequest, outside_id: UUID) -> FileResponse:
    """The file as it was given."""
    _own(request)
    return files.response(outside_file(request.actor, outside_id))


@posted_once
def remove(request: ActorRequest, outside_id: UUID) -> HttpResponse:
    """Take one away again."""
    _own(request)
    remove_outside_report(
        actor=request.actor, outside_id=outside_id, version=sent_number(request, "version")
    )
    return with_toast(go_to(request, reverse("portal:reports")), _("Taken away"))


def _own(request: ActorRequest) -> None:
    if request.actor.kind != "patient":
        raise NotSignedIn
    if not request.actor.owns and request.method == "POST":
        raise NotFound
