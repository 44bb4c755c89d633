"""I feel worse: one press on the page of a visit calls the nurse; more can be said after."""

from django import forms
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yilu.intake.errors import NotWithUs
from yilu.intake.operations.worse import say_worse
from yilu.intake.rules.wording import LONGEST
from yilu.intake.selectors.pretriage import choices
from yilu.platform import throttle
from yilu.platform.errors import NotFound
from yilu.platform.forms import Text
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import once
from yilu.portal.web.doors import Entry, entered

MOST_PRESSES, TEN_MINUTES = 12, 600


class WorseForm(forms.Form):
    """What it is, for whoever can say."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Is any of these happening now?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = Text(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        alarms = [(one.key, str(one.title)) for one in choices()["alarm"]]
        self.fields["chosen"].choices = alarms  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@entered
def worse(request: ActorRequest, entry: Entry) -> HttpResponseBase:
    """Call the nurse; the button on the page sends nothing but the press."""
    visit_id = entry.door.about.visit_id
    if visit_id is None:
        raise NotFound
    form = WorseForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "base": entry.base, "back_url": entry.base}
        status = 422 if form.is_bound else 200
        return render(request, "portal/visit_worse.html", context, status=status)
    throttle.take(f"portal:worse:{visit_id}", MOST_PRESSES, TEN_MINUTES)

    def run() -> HttpResponseBase:
        typed = form.cleaned_data
        said = say_worse(
            actor=entry.door.actor, visit_id=visit_id, words=typed["words"],
            chosen=tuple(typed["chosen"]),
        )  # fmt: skip
        answer = HttpResponseRedirect(entry.base, status=303)
        words = _("The nurse is told and comes to you.")
        return with_toast(answer, words if said.is_new else _("The nurse knows already."))

    try:
        return once(request, run)
    except NotWithUs as refused:
        form.add_error(None, str(refused))
        context = {"form": form, "base": entry.base, "back_url": entry.base}
        return render(request, "portal/visit_worse.html", context, status=refused.status)
