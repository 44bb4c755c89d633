"""What stands around every staff page: where one works, in which post, and the way elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from yilu.facility.selectors.sites import group_name
from yilu.guiding import permissions as guiding
from yilu.guiding.selectors.topics import guiding_topic
from yilu.outbreak.selectors.topics import outbreak_topic
from yilu.pathways import permissions as pathways
from yilu.pathways.selectors.cases import overdue_number
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.platform.shell import MenuItem, Shell, SiteChoice
from yilu.reception import permissions as reception
from yilu.reception.selectors.topics import calls_topic, incidents_topic
from yilu.workspace.selectors.posts import Duty, duties_of, duty_chosen

LOCK_AFTER_SECONDS = 15 * 60
MOST = 12
SITE, POST = "site", "post"


@dataclass(frozen=True, slots=True)
class Entry:
    """A workspace: its address for a site, and the permission without which it is not shown."""

    path: str
    icon: str
    permission: str


# Address for a site, icon and the permission, by name.
ENTRIES: dict[str, Entry] = {
    "desk": Entry("/desk/{key}/", "layout-columns", "reception.see"),
    "nurse": Entry("/nurse/{key}/", "nurse", "clinical.assess"),
    "room": Entry("/room/{key}/", "stethoscope", "clinical.write"),
    "cashier": Entry("/billing/{id}/", "cash", "billing.take_payment"),
    "exams": Entry("/examinations/?site={id}", "activity", "diagnostics.see"),
    "laboratory": Entry("/examinations/laboratory/?site={id}", "microscope", "diagnostics.see"),
    "imaging": Entry("/examinations/imaging/?site={id}", "photo-scan", "diagnostics.see"),
    "pharmacy": Entry("/pharmacy/?site={id}", "pill", "pharmacy.see"),
    "calls": Entry("/prediction/calls/?site={id}", "phone-outgoing", "prediction.call"),
    "care": Entry("/aftercare/{id}/", "phone-call", "aftercare.see"),
    "manager": Entry("/manager/{key}/", "activity", "billing.see_takings"),
    "bookings": Entry("/scheduling/?site={id}", "calendar", "scheduling.see"),
    "insight": Entry("/insight/bookings/?site={key}", "chart-bar", "insight.see"),
    "roster": Entry("/scheduling/roster/?site={id}", "calendar-time", "scheduling.see"),
    "patients": Entry("/patients/", "users", "patients.see"),
    "walk_in": Entry("/reception/{key}/walk-in", "user-plus", "reception.walk_in"),
    "phone": Entry("/reception/{key}/phone/", "phone", "reception.telephone"),
    "ways": Entry("/guiding/{key}/", "walk", "guiding.lead"),
    "queues": Entry("/queueing/sites/{id}/", "armchair", "queueing.see"),
    "work": Entry("/pathways/worklist?site={key}", "list-check", "pathways.work"),
    "messages": Entry("/messaging/?site={id}", "message", "messaging.see"),
    "pathways": Entry("/pathways/definitions/", "route", "pathways.publish"),
    "staff": Entry("/workforce/", "users-group", "workforce.see"),
    "sites": Entry("/facility/", "building", "facility.manage"),
    "catalogue": Entry("/catalogue/", "tags", "catalogue.manage"),
    "partners": Entry("/interop/partners/", "plug", "interop.see"),
    "machines": Entry("/interop/devices/", "device-tv", "interop.raw"),
    "screens": Entry("/queueing/screens", "device-tv", "queueing.set_up"),
    "outbreak": Entry("/outbreak/{key}/", "virus", "outbreak.see"),
    "downtime": Entry("/downtime/?site={id}", "printer", "downtime.see"),
    "kiosks": Entry("/kiosk/devices", "hand-finger", "kiosk.set_up"),
    "system": Entry("/system/", "server", "platform.keep"),
}
LABELS: dict[str, Promise] = {
    "desk": pgettext_lazy("workspace", "Today"),
    "nurse": pgettext_lazy("workspace", "Assess"),
    "room": pgettext_lazy("workspace", "Room"),
    "cashier": pgettext_lazy("workspace", "Cashier"),
    "exams": pgettext_lazy("workspace", "Exams"),
    "laboratory": pgettext_lazy("workspace", "Lab"),
    "imaging": pgettext_lazy("workspace", "Imaging"),
    "pharmacy": pgettext_lazy("workspace", "Medicine"),
    "calls": pgettext_lazy("workspace", "Confirm"),
    "care": pgettext_lazy("workspace", "Care"),
    "manager": pgettext_lazy("workspace", "Live"),
    "bookings": pgettext_lazy("workspace", "Bookings"),
    "insight": pgettext_lazy("workspace", "Figures"),
    "roster": pgettext_lazy("workspace", "Roster"),
    "patients": pgettext_lazy("workspace", "Patients"),
    "walk_in": pgettext_lazy("workspace", "Walk-in"),
    "phone": pgettext_lazy("workspace", "Telephone"),
    "ways": pgettext_lazy("workspace", "My ways"),
    "queues": pgettext_lazy("workspace", "Queues"),
    "work": pgettext_lazy("workspace", "To do"),
    "messages": pgettext_lazy("workspace", "Messages"),
    "pathways": pgettext_lazy("workspace", "Pathways"),
    "staff": pgettext_lazy("workspace", "Staff"),
    "sites": pgettext_lazy("workspace", "Sites"),
    "catalogue": pgettext_lazy("workspace", "Prices"),
    "partners": pgettext_lazy("workspace", "Partners"),
    "machines": pgettext_lazy("workspace", "Machines"),
    "screens": pgettext_lazy("workspace", "Screens"),
    "outbreak": pgettext_lazy("workspace", "Outbreak"),
    "downtime": pgettext_lazy("workspace", "Paper"),
    "kiosks": pgettext_lazy("workspace", "Kiosks"),
    "system": pgettext_lazy("workspace", "System"),
}
MENUS: dict[str, str] = {
    "front_desk": (
        "desk bookings patients phone walk_in queues exams work cashier messages calls downtime"
    ),
    "guide": "ways desk queues patients bookings walk_in work",
    "nurse": "nurse desk queues patients bookings exams laboratory imaging work outbreak",
    "doctor": "room desk patients bookings exams laboratory imaging work pharmacy",
    "laboratory": "laboratory machines queues patients work",
    "imaging": "imaging exams queues patients work",
    "cashier": "cashier queues patients bookings work",
    "pharmacist": "pharmacy queues patients work",
    "care": "care phone calls bookings patients messages work",
    "manager": (
        "manager desk queues exams laboratory work insight roster messages staff catalogue outbreak"
    ),
    "administrator": (
        "staff sites roster catalogue screens kiosks downtime pathways messages partners outbreak "
        "system"
    ),
}
BOARDS = {
    "front_desk": "desk",
    "guide": "ways",
    "nurse": "nurse",
    "doctor": "room",
    "laboratory": "laboratory",
    "imaging": "imaging",
    "cashier": "cashier",
    "pharmacist": "pharmacy",
    "care": "care",
    "manager": "manager",
    "administrator": "staff",
}


def staff_shell(request: HttpRequest) -> Shell:
    """The shell of whoever is signed in; empty for others. Four queries.

    They are: the group's name, the sites, the posts, and what is overdue for the post.
    """
    actor: Actor = getattr(request, "actor", Actor.nobody())
    duties = duties_of(actor)
    duty = current_duty(request, duties)
    if duty is None:
        return Shell(person=_called(actor), sign_out_url="/sign-out" if actor.user_id else "")
    return Shell(
        group=str(group_name()),
        site=_site_name(duty),
        post=str(duty.post.name),
        person=_called(actor),
        role=str(duty.post.name),
        menu=_menu(actor, duty, request.path),
        search_url="/patients/search" if actor.may_anywhere("patients.see") else "",
        lock_url="/lock",
        sign_out_url="/sign-out",
        lock_after_seconds=LOCK_AFTER_SECONDS,
        places=_places(duties, duty),
        place_url="/here",
        **_alarms(actor, duty),
        **_coming(actor, duty),
    )


def _alarms(actor: Actor, duty: Duty) -> dict[str, Any]:
    """Where this person sees and raises alarms, if they may. No query: the page fetches them."""
    outbreak = outbreak_topic(duty.site.id)
    if not actor.may(reception.REPORT, duty.site.id):
        # Outbreak mode is said to everybody.
        return {"alarms_url": f"/outbreak/{duty.site.key}/notice", "alarms_topics": (outbreak,)}
    topics = [incidents_topic(duty.site.id), outbreak]
    if actor.may(reception.TELEPHONE, duty.site.id):
        topics.append(calls_topic(duty.site.id))
    return {
        "alarms_url": f"/reception/{duty.site.key}/alarms",
        "alarms_topics": tuple(topics),
        "report_url": f"/reception/{duty.site.key}/incidents/new",
        "report_label": _("Report an incident"),
    }


def _coming(actor: Actor, duty: Duty) -> dict[str, Any]:
    """Where this person sees whom a guide brings to them. No query: the page fetches them."""
    if not actor.may(guiding.RECEIVE, duty.site.id):
        return {}
    return {
        "coming_url": f"/guiding/{duty.site.key}/arriving",
        "coming_topics": (guiding_topic(duty.site.id),),
    }


def current_duty(request: HttpRequest, duties: list[Duty]) -> Duty | None:
    """Where, and as what, somebody works at this moment: as chosen, else the first of today."""
    session = getattr(request, "session", {})
    return duty_chosen(duties, str(session.get(POST, "")), str(session.get(SITE, "")))


def board_url(duty: Duty) -> str:
    """The board that signing in to a post opens. No query."""
    entry = ENTRIES[BOARDS.get(duty.post.workspace, "desk")]
    return _address(entry, duty)


def _menu(actor: Actor, duty: Duty, path: str) -> list[MenuItem]:
    names = MENUS.get(duty.post.workspace, MENUS["front_desk"]).split()
    shown = [(one, ENTRIES[one]) for one in names if _may(actor, ENTRIES[one], duty)][:MOST]
    late = _overdue(actor, duty) if any(name == "work" for name, _ in shown) else 0
    here = _here((entry for _, entry in shown), duty, path)
    return [
        MenuItem(
            _address(entry, duty),
            entry.icon,
            str(LABELS[name]),
            count=late if name == "work" else 0,
            current=entry is here,
        )
        for name, entry in shown
    ]


def _may(actor: Actor, entry: Entry, duty: Duty) -> bool:
    return actor.may(entry.permission, duty.site.id)


def _overdue(actor: Actor, duty: Duty) -> int:
    """How many steps of this post are past their time. One query."""
    if not actor.may(pathways.WORK, duty.site.id):
        return 0
    return overdue_number(duty.site.id, duty.post.key)


def _here(entries: Iterable[Entry], duty: Duty, path: str) -> Entry | None:
    """The workspace that a page belongs to: that with the longest address it begins with."""
    fitting = [e for e in entries if path.startswith(_address(e, duty).partition("?")[0])]
    return max(fitting, key=lambda entry: len(entry.path), default=None)


def _address(entry: Entry, duty: Duty) -> str:
    return entry.path.format(key=duty.site.key, id=duty.site.id)


def _site_name(duty: Duty) -> str:
    return str(duty.site.short_name) or str(duty.site.name)


def _places(duties: list[Duty], chosen: Duty) -> list[SiteChoice]:
    if len(duties) < 2:
        return []
    return [
        SiteChoice(one.key, _site_name(one), str(one.post.name), one is chosen) for one in duties
    ]


def _called(actor: Actor) -> str:
    """The actor's name as its reader reads names."""
    return str(PersonName(actor.name, actor.pinyin))
