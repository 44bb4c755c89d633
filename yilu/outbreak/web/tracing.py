"""The contact list and the figures: pages, files, paper."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from yilu.facility.selectors.sites import SiteInfo, site_by_key, site_info
from yilu.outbreak import permissions
from yilu.outbreak.selectors.contacts import Contacts, contacts
from yilu.outbreak.selectors.report import Count, Report, report
from yilu.outbreak.web.forms import DaysForm
from yilu.platform import clock
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.sheets import csv_answer


@require_safe
def contact_list(request: ActorRequest, screening_id: UUID) -> HttpResponse:
    """Whom a suspected patient met."""
    return render(request, "outbreak/contacts.html", _contacts(request, screening_id))


@require_safe
def contact_paper(request: ActorRequest, screening_id: UUID) -> HttpResponse:
    """The same on paper."""
    context = _contacts(request, screening_id)
    context["back_url"] = reverse("outbreak:contacts", args=[screening_id])
    return render(request, "outbreak/contacts_print.html", context)


@require_safe
def contact_file(request: ActorRequest, screening_id: UUID) -> HttpResponse:
    """The same as a file."""
    found = contacts(request.actor, screening_id)
    heads = [
        pgettext("contact", "Who"),
        _("Name"),
        _("Record number"),
        _("Phone"),
        pgettext("contact", "Where"),
        pgettext("contact", "From"),
        pgettext("contact", "To"),
        _("Minutes together"),
        _("Came along"),
    ]
    drill = [[_("DRILL")]] if found.about.is_drill else []
    name = f"contacts-{found.about.answered_at:%Y%m%d-%H%M}.csv"
    return csv_answer(name, [*drill, heads, *_contact_rows(found)])


@require_safe
def figures(request: ActorRequest, site_key: str) -> HttpResponse:
    """How many were asked, suspected and kept apart, by day and by hour."""
    site, form, found = _figures(request, site_key)
    context = {"site": site, "form": form, "found": found, "query": request.GET.urlencode()}
    return render(request, "outbreak/report.html", context)


@require_safe
def figures_file(request: ActorRequest, site_key: str) -> HttpResponse:
    """The same as a file."""
    site, _form, found = _figures(request, site_key)
    heads = [
        pgettext("outbreak", "Counted by"),
        pgettext("outbreak", "Day or hour"),
        pgettext("outbreak", "Screened"),
        pgettext("outbreak", "Suspected"),
        pgettext("outbreak", "Kept apart"),
        pgettext("outbreak", "Lifted"),
    ]
    groups = [
        (pgettext("outbreak", "Day"), found.days),
        (pgettext("outbreak", "Hour"), found.hours),
        (pgettext("outbreak", "Asked"), found.ways),
        (pgettext("outbreak", "All"), (found.total,)),
    ]
    rows = [[by, *_cells(one)] for by, many in groups for one in many]
    name = f"outbreak-{site.key}-{found.first}-{found.last}.csv"
    return csv_answer(name, [heads, *rows])


def _contacts(request: ActorRequest, screening_id: UUID) -> dict[str, Any]:
    found = contacts(request.actor, screening_id)
    site = site_info(found.about.site_id)
    now = clock.now().astimezone(site.zone)
    return {"found": found, "one": found.about, "site": site, "now": now}


def _contact_rows(found: Contacts) -> Iterable[list[str]]:
    for one in found.patients:
        yield [
            pgettext("contact", "Patient"),
            str(one.patient.name),
            one.patient.record_no,
            one.patient.phone_masked,
            one.where,
            f"{one.from_at:%Y-%m-%d %H:%M}",
            f"{one.until_at:%Y-%m-%d %H:%M}",
            str(one.minutes),
            one.companions,
        ]
    for person in found.staff:
        yield [
            pgettext("contact", "Staff"), str(person.name), "", "", "",
            f"{person.first_at:%Y-%m-%d %H:%M}", f"{person.last_at:%Y-%m-%d %H:%M}", "", "",
        ]  # fmt: skip
    for words in found.companions:
        yield [pgettext("contact", "Companion"), words, "", "", "", "", "", "", ""]


def _figures(request: ActorRequest, site_key: str) -> tuple[SiteInfo, DaysForm, Report]:
    site = site_by_key(site_key)
    request.actor.require_to_see(permissions.SEE, site.id)
    form = DaysForm(request.GET or None)
    today = clock.now().astimezone(site.zone).date()
    return site, form, report(request.actor, site.id, *form.days(today))


def _cells(one: Count) -> list[str]:
    return [one.label, str(one.screened), str(one.positive), str(one.apart), str(one.lifted)]
