"""The texts patients are given to read, and the clinic's own versions of them."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yilu.clinical import permissions
from yilu.clinical.operations.consent_texts import LANGUAGES, Wording, publish_consent_text
from yilu.clinical.rules.consents import GROUPS, NEEDED, SECTIONS
from yilu.clinical.selectors.consent_texts import consent_words, current_words, text_versions
from yilu.platform.errors import DomainError, Invalid, Stale
from yilu.platform.names import CHINESE
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import once


@require_safe
def texts(request: ActorRequest) -> HttpResponse:
    """All texts, in the version that is used now."""
    request.actor.require_anywhere(permissions.OVERSEE)
    found = current_words().values()
    groups = [(title, [one for one in found if one.group == key]) for key, title in GROUPS.items()]
    return render(request, "clinical/consent_texts.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: ActorRequest, key: str) -> HttpResponseBase:
    """One text to read and word anew; publishing keeps what was there before."""
    if request.method != "POST":
        return _page(request, key)
    post = request.POST
    wording = Wording(
        title={one: post.get(f"title-{one}", "") for one in LANGUAGES},
        sections={
            code: {one: post.get(f"{code}-{one}", "") for one in LANGUAGES} for code in SECTIONS
        },
        high_risk=bool(post.get("high_risk")),
    )

    def run() -> HttpResponseBase:
        n = publish_consent_text(
            actor=request.actor, key=key, wording=wording, seen=post.get("seen", "")
        )
        words = _("Version %(n)s is used from now on.") % {"n": n}
        return with_toast(go_to(request, reverse("clinical:consent-text", args=[key])), words)

    try:
        return once(request, run)
    except (Invalid, Stale) as refused:
        return _page(request, key, refused)


def _page(request: ActorRequest, key: str, refused: DomainError | None = None) -> HttpResponse:
    versions = text_versions(request.actor, key)
    now = consent_words(key)
    errors = refused.errors if isinstance(refused, Invalid) else ()
    wrong = {one.field: one.message for one in errors}
    typed: Any = request.POST if refused else {}
    fields = []
    for language in LANGUAGES:
        name = f"title-{language}"
        value = typed.get(name, now.title.get(language, ""))
        fields.append((name, _("Title"), language, value, wrong.get(name, ""), False, True))
    for code, title in SECTIONS.items():
        for language in LANGUAGES:
            name = f"{code}-{language}"
            value = typed.get(name, "\n".join(now.sections[code].get(language, ())))
            must = language == CHINESE and code in NEEDED
            fields.append((name, str(title), language, value, wrong.get(name, ""), True, must))
    context = {
        "text": now,
        "versions": versions,
        "fields": fields,
        "high_risk": bool(typed.get("high_risk")) if refused else now.high_risk,
        "refused": refused,
    }
    status = refused.status if refused else 200
    return render(request, "clinical/consent_text.html", context, status=status)
