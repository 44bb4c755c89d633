"""Setting which steps become guides' tasks at a site."""

from dataclasses import fields
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yilu.guiding import permissions
from yilu.guiding.operations.setting import RuleFacts, set_guide_rule
from yilu.guiding.selectors.rule import guide_rule
from yilu.guiding.web.forms import RuleForm
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import submit
from yilu.scheduling.web.here import site_here, sites_here

FACTS = tuple(field.name for field in fields(RuleFacts))


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: ActorRequest) -> HttpResponseBase:
    """The rule of a site."""
    site = site_here(request, permissions.SET_UP)
    found = guide_rule(site.id)
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(found, name) for name in (*FACTS, "version")},
    )

    def save(said: dict[str, Any]) -> HttpResponseBase:
        facts = RuleFacts(**{name: _fact(said[name]) for name in FACTS})
        set_guide_rule(actor=request.actor, site_id=site.id, facts=facts, version=said["version"])
        answer: Any = go_to(request, f"{reverse('guiding:rule')}?site={site.id}")
        return with_toast(answer, _("This holds for the steps that come from now on"))

    def show(status: int) -> HttpResponse:
        return render_page(
            request,
            "guiding/rule.html",
            part="guiding/_rule.html",
            status=status,
            form=form,
            site=site,
            sites=sites_here(request, permissions.SET_UP),
            here=f"{request.path}?site={site.id}",
        )

    return submit(request, form, save, show) if request.method == "POST" else show(200)


def _fact(said: Any) -> Any:
    return tuple(said) if isinstance(said, list) else said
