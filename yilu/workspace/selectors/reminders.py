"""What a doctor is reminded of in the room: counted in each app that knows of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.aftercare import permissions as aftercare
from yilu.aftercare.selectors.follow_ups import overdue_number, overdue_of_practitioner
from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.communications import unread_said
from yilu.clinical.selectors.discussions import of_mine
from yilu.clinical.selectors.opinions import waiting_opinions
from yilu.clinical.selectors.reminding import (
    doses_due,
    ending,
    running_out,
    unsigned,
    unsigned_notes,
)
from yilu.diagnostics import permissions as diagnostics
from yilu.diagnostics.selectors.reminding import (
    due_exams,
    exams_due,
    unread_report_ids,
    unread_reports,
)
from yilu.patients.selectors.patients import PatientBrief
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName

EXAMS, MEDICINES, FOLLOW_UPS, NOTES, RESULTS = "exams", "medicines", "followups", "notes", "results"
DOSES = "doses"
ICONS = {
    RESULTS: "flask",
    NOTES: "clipboard-check",
    EXAMS: "calendar",
    MEDICINES: "pill",
    FOLLOW_UPS: "phone",
    DOSES: "clock",
    "work": "users-group",
}
NEEDS = {
    EXAMS: diagnostics.SEE,
    RESULTS: diagnostics.SEE,
    FOLLOW_UPS: aftercare.SEE,
    MEDICINES: clinical.SEE,
    DOSES: clinical.SEE,
    NOTES: clinical.SEE,
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """One kind of thing that waits, and how many there are. `url` opens a dialog, or is a page."""

    key: str
    title: str
    number: int
    url: str
    is_page: bool

    @property
    def icon(self) -> str:
        return ICONS[self.key]


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One thing that waits: whose, what, since when or until when, and where it is done.

    `url`: what is read in a dialog.
    """

    name: PersonName | None
    what: str
    when: date | datetime | time
    visit_id: UUID
    url: str = ""


def titles() -> dict[str, str]:
    """The kinds in words, in the order in which the strip shows them."""
    return {
        DOSES: _("Time for a medicine"),
        RESULTS: _("Unread results"),
        NOTES: _("Unsigned notes"),
        EXAMS: _("Examinations due"),
        MEDICINES: _("Medicines running out"),
        FOLLOW_UPS: _("Overdue follow-ups"),
    }


def reminders(actor: Actor, site_key: str, site_id: UUID, but: UUID | None) -> list[Reminder]:
    """What waits for a practitioner at a site; what is nothing is left out. Twelve queries at most.

    One for each source, two for reports, follow-ups, opinions and doses: those of the patient who
    is here. `but` is the visit that is open.
    """
    actor.require_to_see(clinical.SEE, site_id)
    counts: dict[str, Callable[[], int]] = {
        DOSES: lambda: len(doses_due(actor, but)) if but else 0,
        RESULTS: lambda: len(unread_report_ids(actor, site_id)),
        NOTES: lambda: unsigned(actor, site_id, but=but).count(),
        EXAMS: lambda: exams_due(actor, site_id).count(),
        MEDICINES: lambda: len(ending(actor, site_id)),
        FOLLOW_UPS: lambda: overdue_number(actor, site_id),
    }
    found = []
    for key, title in titles().items():
        number = counts[key]() if actor.may(NEEDS[key], site_id) else 0
        if number:
            url = reverse("workspace:reminded", args=[site_key, key])
            found.append(Reminder(key, title, number, url, is_page=False))
    waiting = _work(actor, site_id)
    if waiting:
        url = reverse("clinical:work", args=[site_id])
        found.append(
            Reminder("work", pgettext("reminder", "Colleagues"), waiting, url, is_page=True)
        )
    return found


def reminder_lines(actor: Actor, site_id: UUID, key: str, but: UUID | None) -> list[ReminderLine]:
    """The things of one kind. Eleven queries at most. Raises: NotFound."""
    if key not in NEEDS:
        raise NotFound
    actor.require_to_see(NEEDS[key], site_id)
    if key == NOTES:
        return _notes(actor, site_id, but)
    if key == DOSES:
        return _doses(actor, but)
    read: dict[str, Callable[[Actor, UUID], list[ReminderLine]]] = {
        EXAMS: _exams,
        MEDICINES: _medicines,
        FOLLOW_UPS: _follow_ups,
        RESULTS: _results,
    }
    return read[key](actor, site_id)


def _work(actor: Actor, site_id: UUID) -> int:
    said = unread_said(actor, site_id).values("procedure_id").distinct().count()
    return said + of_mine(actor, site_id).count() + waiting_opinions(actor, site_id)


def _exams(actor: Actor, site_id: UUID) -> list[ReminderLine]:
    return [
        ReminderLine(_name(one.patient), str(one.name), one.requested_at, one.visit_id)
        for one in due_exams(actor, site_id)
    ]


def _medicines(actor: Actor, site_id: UUID) -> list[ReminderLine]:
    return [
        ReminderLine(_name(one.patient), _said(one.names), one.until, one.visit_id)
        for one in running_out(actor, site_id)
    ]


def _follow_ups(actor: Actor, site_id: UUID) -> list[ReminderLine]:
    return [
        ReminderLine(_name(one.patient), str(one.service), one.due_at, one.visit.id)
        for one in overdue_of_practitioner(actor, site_id)
    ]


def _results(actor: Actor, site_id: UUID) -> list[ReminderLine]:
    return [
        ReminderLine(
            _name(one.patient),
            _said(one.tests),
            one.at,
            one.visit_id,
            reverse(
                "diagnostics:study-show" if one.is_study else "diagnostics:lab-show", args=[one.id]
            ),
        )
        for one in unread_reports(actor, site_id)
    ]


def _notes(actor: Actor, site_id: UUID, but: UUID | None) -> list[ReminderLine]:
    return [
        ReminderLine(_name(one.patient), "", one.day, one.visit_id)
        for one in unsigned_notes(actor, site_id, but=but)
    ]


def _doses(actor: Actor, but: UUID | None) -> list[ReminderLine]:
    due = doses_due(actor, but) if but else []
    return [ReminderLine(None, str(one.name), one.at, one.visit_id) for one in due]


def _name(patient: PatientBrief | None) -> PersonName | None:
    return patient.name if patient else None


def _said(names: tuple[Localized, ...]) -> str:
    return " · ".join(map(str, names))
