"""The rule by which a queue is ordered: read by all who see it, set by who sets queues up."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yilu.platform.forms import VersionedForm
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import submit
from yilu.queueing import permissions
from yilu.queueing.operations.setup import set_policy
from yilu.queueing.rules.policy import LIMITS, WEIGHTS, Policy
from yilu.queueing.rules.reasons import WEIGHT_WORDS
from yilu.queueing.selectors.points import QueueRule, queue_rule

FIGURES = {
    "walk_in_gives_way": gettext_lazy("Without a booking: gives way by (minutes)"),
    "grace_minutes": gettext_lazy("Still in time until (minutes after the booked time)"),
    "late_minutes_per_place": gettext_lazy("Late: one place further back for each (minutes)"),
    "return_after_new": gettext_lazy("Back with results: after so many new patients"),
    "cap": gettext_lazy("Priorities together count at most (points)"),
    "minutes_per_point": gettext_lazy("One point is worth (minutes)"),
}


class RuleForm(VersionedForm):
    """The figures of the rule, the weights and the response limits, as whole numbers."""

    def __init__(self, policy: Policy, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in FIGURES.items():
            self._add(name, label, getattr(policy, name), 240)
        for level in LIMITS:
            said = _("Level %(level)s comes first after (minutes)") % {"level": level}
            self._add(f"limit_{level}", said, policy.limits[level], 600)
        for weight, words in WEIGHT_WORDS.items():
            said = _("Points: %(what)s") % {"what": words}
            self._add(f"weight_{weight}", said, policy.weights[weight], 200)

    def _add(self, name: str, label: Any, value: int, most: int) -> None:
        self.fields[name] = forms.IntegerField(
            label=label, min_value=0, max_value=most, initial=value
        )

    def changes(self) -> dict[str, Any]:
        """What differs from the standard, as a queue keeps it."""
        data, standard = self.cleaned_data, Policy()
        found: dict[str, Any] = {
            name: data[name] for name in FIGURES if data[name] != getattr(standard, name)
        }
        tables = (("limits", "limit_", LIMITS), ("weights", "weight_", WEIGHTS))
        for table, prefix, usual in tables:
            own = {k: data[prefix + k] for k, v in usual.items() if data[prefix + k] != v}
            if own:
                found[table] = own
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: ActorRequest, queue_id: UUID) -> HttpResponseBase:
    """The rule of one queue in words and figures, with the form for who may set it."""
    found = queue_rule(request.actor, queue_id)
    form = RuleForm(
        found.policy,
        request.POST if request.method == "POST" else None,
        initial={"version": found.queue.version},
    )

    def save(data: dict[str, Any]) -> HttpResponseBase:
        set_policy(
            actor=request.actor,
            queue_id=queue_id,
            changes={**found.kept, **form.changes()},
            version=data["version"],
        )
        response = go_to(request, reverse("queueing:rule", args=[queue_id]))
        return with_toast(response, _("The rule holds from the next ticket on"))

    if request.method == "POST":
        return submit(request, form, save, lambda status: _page(request, found, form, status))
    return _page(request, found, form, 200)


def _page(request: ActorRequest, found: QueueRule, form: RuleForm, status: int) -> HttpResponse:
    can_change = request.actor.may(permissions.SET_UP, found.queue.site_id)
    context = {"queue": found.queue, "policy": found.policy, "form": form, "can_change": can_change}
    return render(request, "queueing/rule.html", context, status=status)
