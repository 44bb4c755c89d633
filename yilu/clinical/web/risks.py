"""Risk scores in a dialog: choose one, see what the record knows, keep what it makes of it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yilu.clinical.operations.risks import record_risk, withdraw_risk
from yilu.clinical.rules.risks import risk_keys
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.risks import RiskForm, risk_form, risk_page, risk_result
from yilu.clinical.web.forms import ReasonForm
from yilu.clinical.web.reading import sent, whole
from yilu.clinical.web.sealed import context_of, opened
from yilu.platform.errors import Invalid, NotFound
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import once


@require_GET
def risks(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The scores there are, and those on the record."""
    return _page(request, visit_id)


@require_http_methods(["GET", "POST"])
def risk(request: ActorRequest, visit_id: UUID, key: str) -> HttpResponseBase:
    """One score: its fields as the record knows them, and then kept, once."""
    if request.method == "GET":
        return _page(request, visit_id, risk_form(request.actor, visit_id, key))
    opened(request, visit_id)
    values = {name: text.strip() for name, text in sent(request).items()}

    def run() -> HttpResponse:
        record_risk(actor=request.actor, visit_id=visit_id, key=key, values=values)
        return with_toast(_page(request, visit_id), _("Score saved"))

    try:
        return once(request, run)
    except Invalid as error:
        form = risk_form(request.actor, visit_id, key, values)
        return _page(request, visit_id, form, refused=error, status=error.status)


@require_POST
def risk_live(request: ActorRequest, visit_id: UUID, key: str) -> HttpResponse:
    """What the values typed so far come to. Nothing is kept."""
    opened(request, visit_id)
    if key not in risk_keys():
        raise NotFound
    values = {name: text.strip() for name, text in sent(request).items()}
    return render(request, "clinical/_risk_result.html", {"result": risk_result(key, values)})


@require_http_methods(["GET", "POST"])
def risk_withdrawn(request: ActorRequest, visit_id: UUID, risk_id: UUID) -> HttpResponse:
    """Ask why a score is withdrawn, then withdraw it."""
    where = setting(request.actor, visit_id)
    if request.method == "GET":
        context = {
            "url": request.get_full_path(),
            "title": _("Withdraw this score?"),
            "text": _("It leaves the record; with its reason it stays readable in the log."),
            "label": _("Withdraw"),
            "harmful": True,
            "form": ReasonForm.about(context_of(where)),
        }
        return render(request, "platform/_dialog.html", context)
    opened(request, visit_id, risk=risk_id)
    version = whole(request.GET.get("version", ""))
    reason = request.POST.get("reason", "")
    withdraw_risk(actor=request.actor, risk_id=risk_id, reason=reason, version=version)
    return with_toast(HttpResponse(), _("Score withdrawn"))


def _page(
    request: ActorRequest,
    visit_id: UUID,
    form: RiskForm | None = None,
    *,
    refused: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    page = risk_page(request.actor, visit_id)
    context: dict[str, Any] = {
        "page": page,
        "where": page.where,
        "context": context_of(page.where),
        "form": form,
        "refused": refused,
    }
    return render(request, "clinical/_risks.html", context, status=status)
