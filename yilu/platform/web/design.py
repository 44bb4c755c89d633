"""The living page of the design system: every token and part, drawn by the product's own code."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from yilu.platform import clock, looks
from yilu.platform.context import page as page_context
from yilu.platform.errors import BadRequest, Conflict
from yilu.platform.forms import Text
from yilu.platform.live import hints
from yilu.platform.shell import MenuItem, Shell
from yilu.platform.web.http import with_toast

TOPIC = "design"
# People who cannot exist; a person's name has one form in Chinese and its pinyin elsewhere.
NAMES = {
    "lu": ("陆青黛", "Lu Qingdai"),
    "song": ("宋连翘", "Song Lianqiao"),
    "shen": ("沈白芷", "Shen Baizhi"),
    "gu": ("顾南星", "Gu Nanxing"),
    "tang": ("唐桔梗", "Tang Jiegeng"),
    "qiao": ("乔木兰", "Qiao Mulan"),
    "wang": ("汪玉竹", "Wang Yuzhu"),
    "mo": ("莫桑叶", "Mo Sangye"),
    "xie": ("谢佩兰", "Xie Peilan"),
    "zhou": ("周小满", "Zhou Xiaoman"),
}


class NotReady(Conflict):
    """The refusal that the page shows on demand."""

    code = "not_ready"

    def __str__(self) -> str:
        return pgettext("design", "Chair 3 is being cleaned and is free again at 10:31.")


@dataclass(frozen=True, slots=True)
class Card:
    """A booking on the day grid, as `_card.html` takes it."""

    name: str
    state: str
    now: str
    service: str
    third: str = ""
    flags: str = ""
    minutes: int = 45
    url: str = "#cards"
    starts_at: datetime = field(default_factory=clock.now)
    ends_at: datetime = field(default_factory=clock.now)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list, as `_row.html` takes it."""

    id: str
    number: str
    name: str
    state: str
    badge: str
    second: str
    timer_since: datetime
    promised: int
    predicted: str
    deed_url: str
    deed_label: str
    flags: str = ""
    open_url: str = "#rows"
    version: int = 1


@dataclass(frozen=True, slots=True)
class Person:
    """A patient, as `_banner.html` takes one."""

    name: str
    sex: str
    age: str
    born_on: date
    record_no: str
    phone: str
    payer: str
    allergies: list[str] = field(default_factory=list)
    notes: str = ""


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


def _name(key: str) -> str:
    chinese, pinyin = NAMES[key]
    return pinyin if get_language() == "en" else chinese


def showroom(request: HttpRequest) -> HttpResponse:
    """Everything a page may be made of. No query."""
    now = clock.now()
    return render(
        request,
        "platform/design.html",
        {
            "states": _states(),
            "waits": [(12, 35, "10:28–10:33"), (29, 35, "10:26–10:30"), (41, 35, "10:38–10:50")],
            "since": {n: now - timedelta(minutes=n, seconds=20) for n in (2, 6, 12, 29, 41)},
            "due_soon": now + timedelta(minutes=5, seconds=52),
            "overdue": now - timedelta(minutes=18, seconds=5),
            "cards": _cards(),
            "rows": _rows(now),
            "person": _person(),
            "shell": _shell(),
            "topic": TOPIC,
            "names": {key: _name(key) for key in NAMES},
            "opens_at": page_context(request)["clinic_local"],
            "badges": _badges(),
            "flags": list(looks.FLAGS),
            "form": Registration(
                {"name": _name("lu"), "phone": "121 0000 33", "born_on": "2019-02-28"}
            ),
        },
    )


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
    called = pgettext("design", "Called A026 %(name)s to room 1") % {"name": _name("mo")}
    return with_toast(HttpResponse(), called, undo="/design/try/undo", seconds=300)


def _states() -> list[tuple[str, str, str]]:
    return [
        ("booked", pgettext("design", "Booked"), pgettext("design", "Booked, not here yet")),
        (
            "waiting",
            pgettext("design", "Waiting"),
            pgettext("design", "Waiting · Tests · To pay · Pharmacy · Treatment"),
        ),
        ("called", pgettext("design", "Called"), pgettext("design", "Called, not in the room yet")),
        (
            "active",
            pgettext("design", "In room"),
            pgettext("design", "Being served · Free · Passed"),
        ),
        ("done", pgettext("design", "Done"), pgettext("design", "Steps back")),
        (
            "soon",
            pgettext("design", "Due soon"),
            pgettext("design", "From four fifths of the promise, or worth a look"),
        ),
        (
            "late",
            pgettext("design", "Over"),
            pgettext("design", "Over the promise · Late · Allergy"),
        ),
        (
            "blocked",
            pgettext("design", "Blocked"),
            pgettext("design", "Lunch · Away · Repair, hatched as well"),
        ),
    ]


def _badges() -> list[tuple[str, str]]:
    return [
        ("booked", pgettext("design", "Booked")),
        ("booked", pgettext("design", "Confirmed")),
        ("late", pgettext("design", "Late")),
        ("waiting", pgettext("design", "Waiting")),
        ("waiting", pgettext("design", "Tests")),
        ("waiting", pgettext("design", "To pay")),
        ("waiting", pgettext("design", "Pharmacy")),
        ("waiting", pgettext("design", "Treatment")),
        ("called", pgettext("design", "Called")),
        ("soon", pgettext("design", "Missed call")),
        ("active", pgettext("design", "In room")),
        ("active", pgettext("design", "Back from tests")),
        ("done", pgettext("design", "Done")),
        ("done", pgettext("design", "No-show")),
        ("done", pgettext("design", "Cancelled")),
        ("blocked", pgettext("design", "Away")),
        ("blocked", pgettext("design", "Repair")),
    ]


def _cards() -> list[Card]:
    return [
        Card(
            _name("wang"),
            "booked",
            "",
            pgettext("design", "Check-up review"),
            "11:30–12:00",
            "confirmed",
        ),
        Card(
            _name("song"),
            "late",
            pgettext("design", "Late 24 min"),
            pgettext("design", "Ortho review"),
            "10:00–10:30",
        ),
        Card(
            _name("shen"),
            "waiting",
            pgettext("design", "29 min"),
            pgettext("design", "Toothache"),
            "10:30–11:15",
            "first_visit",
        ),
        Card(
            _name("gu"),
            "called",
            pgettext("design", "Called 2 min"),
            pgettext("design", "Implant 2"),
            "10:20–11:50",
            "allergy",
        ),
        Card(
            _name("tang"),
            "active",
            pgettext("design", "39 min"),
            pgettext("design", "4 min left"),
            pgettext("design", "Root canal 2/3"),
            "allergy",
        ),
        Card(_name("qiao"), "done", "", pgettext("design", "Fillings × 2"), "09:00–09:45"),
    ]


def _rows(now: datetime) -> list[Row]:
    def row(number: str, name: str, minutes: int, **facts: object) -> Row:
        since = now - timedelta(minutes=minutes, seconds=20)
        shown = {"id": number, "deed_url": "/design/try/done", **facts}
        return Row(number=number, name=_name(name), timer_since=since, **shown)  # type: ignore[arg-type]

    return [
        row(
            "B031",
            "mo",
            41,
            state="waiting",
            badge=pgettext("design", "Waiting"),
            second=pgettext("design", "%(name)s · Follow-up") % {"name": _name("zhou")},
            promised=35,
            predicted=pgettext("design", "about %(range)s") % {"range": "10:38–10:50"},
            deed_label=pgettext("design", "Tell"),
            flags="child",
        ),
        row(
            "D008",
            "gu",
            2,
            state="called",
            badge=pgettext("design", "Called"),
            second=pgettext("design", "Chair 5 · called once"),
            promised=5,
            predicted=pgettext("design", "To chair 5"),
            deed_label=pgettext("design", "Seated"),
            flags="allergy",
        ),
        row(
            "A022",
            "xie",
            6,
            state="waiting",
            badge=pgettext("design", "To pay"),
            second=pgettext("design", "¥37.28 · 6 items"),
            promised=10,
            predicted=pgettext("design", "about %(range)s")
            % {"range": pgettext("design", "2–4 min")},
            deed_label=pgettext("design", "Settle"),
        ),
    ]


def _person() -> Person:
    return Person(
        name=_name("tang"),
        sex=pgettext("design", "Male"),
        age=pgettext("design", "46 years"),
        born_on=date(1980, 2, 28),
        record_no="Y-0017 326",
        phone="12100006604",
        payer=pgettext("design", "Self-pay"),
        allergies=[pgettext("design", "Lidocaine (hives, 2019)")],
        notes=pgettext("design", "on aspirin 100 mg"),
    )


def _shell() -> Shell:
    entries = [
        ("layout-columns", pgettext("design", "Today"), 0),
        ("calendar", pgettext("design", "Bookings"), 0),
        ("users", pgettext("design", "Patients"), 0),
        ("phone-call", pgettext("design", "Calls"), 0),
        ("list-check", pgettext("design", "Confirm"), 6),
        ("message", pgettext("design", "Inbox"), 3),
    ]
    return Shell(
        group=pgettext("design", "Anhe Clinic"),
        site=pgettext("design", "South site"),
        post=pgettext("design", "Ground floor desk"),
        person=_name("xie"),
        role=pgettext("design", "Front desk"),
        search_url="/design",
        help_url="#help",
        menu=[
            MenuItem("/design" if place == 0 else "#rows", icon, label, waiting, current=place == 0)
            for place, (icon, label, waiting) in enumerate(entries)
        ],
    )
