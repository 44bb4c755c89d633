"""The living page of the design system: every token and part, drawn by the product's own code."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yilu.platform import clock, looks
from yilu.platform.context import page as page_context
from yilu.platform.errors import BadRequest, Conflict
from yilu.platform.forms import Text
from yilu.platform.shell import MenuItem, Shell
from yilu.platform.web.http import with_toast

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
        return _("Chair 3 is being cleaned and is free again at 10:31.")


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

    name = Text(label=gettext_lazy("Name"))
    phone = Text(label=gettext_lazy("Mobile"))
    born_on = Text(label=gettext_lazy("Born on"))
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("fever", gettext_lazy("Fever"))], required=False
    )

    def clean_phone(self) -> str:
        raise forms.ValidationError(
            _("Two digits are missing. You may leave it empty and add it at check-in.")
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
            "names": {key: _name(key) for key in NAMES},
            "opens_at": page_context(request)["clinic_local"],
            "flags": list(looks.FLAGS),
            "form": Registration(
                {"name": _name("lu"), "phone": "121 0000 33", "born_on": "2019-02-28"}
            ),
        },
    )


@require_POST
def attempt(request: HttpRequest, what: str) -> HttpResponse:
    """Let a reader of the page see a toast, its undo and a refusal. Changes nothing."""
    if what == "refused":
        raise NotReady
    if what == "undo":
        return with_toast(HttpResponse(), _("Taken back"))
    if what != "done":
        raise BadRequest
    called = _("Called A026 %(name)s to room 1") % {"name": _name("mo")}
    return with_toast(HttpResponse(), called, undo="/design/try/undo", seconds=300)


def _states() -> list[tuple[str, str, str]]:
    return [
        ("booked", _("Booked"), _("Booked, not here yet")),
        ("waiting", _("Waiting"), _("Waiting · Tests · To pay · Pharmacy · Treatment")),
        ("called", _("Called"), _("Called, not in the room yet")),
        ("active", _("In room"), _("Being served · Free · Passed")),
        ("done", _("Done"), _("Steps back")),
        ("soon", _("Due soon"), _("From 80 % of the promise, or worth a look")),
        ("late", _("Over"), _("Over the promise · Late · Allergy")),
        ("blocked", _("Blocked"), _("Lunch · Away · Repair, hatched as well")),
    ]


def _cards() -> list[Card]:
    return [
        Card(_name("wang"), "booked", "", _("Check-up review"), "11:30–12:00", "confirmed"),
        Card(_name("song"), "late", _("Late 24 min"), _("Ortho review"), "10:00–10:30"),
        Card(_name("shen"), "waiting", _("29 min"), _("Toothache"), "10:30–11:15", "first_visit"),
        Card(_name("gu"), "called", _("Called 2 min"), _("Implant 2"), "10:20–11:50", "allergy"),
        Card(_name("tang"), "active", _("39 min"), _("4 min left"), _("Root canal 2/3"), "allergy"),
        Card(_name("qiao"), "done", "", _("Fillings × 2"), "09:00–09:45"),
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
            badge=_("Waiting"),
            second=_("%(name)s · Follow-up") % {"name": _name("zhou")},
            promised=35,
            predicted=_("about %(range)s") % {"range": "10:38–10:50"},
            deed_label=_("Tell"),
            flags="child",
        ),
        row(
            "D008",
            "gu",
            2,
            state="called",
            badge=_("Called"),
            second=_("Chair 5 · called once"),
            promised=5,
            predicted=_("To chair 5"),
            deed_label=_("Seated"),
            flags="allergy",
        ),
        row(
            "A022",
            "xie",
            6,
            state="waiting",
            badge=_("To pay"),
            second=_("¥37.28 · 6 items"),
            promised=10,
            predicted=_("about %(range)s") % {"range": _("2–4 min")},
            deed_label=_("Settle"),
        ),
    ]


def _person() -> Person:
    return Person(
        name=_name("tang"),
        sex=_("Male"),
        age=_("46 years"),
        born_on=date(1980, 2, 28),
        record_no="Y-0017 326",
        phone="12100006604",
        payer=_("Self-pay"),
        allergies=[_("Lidocaine (hives, 2019)")],
        notes=_("on aspirin 100 mg"),
    )


def _shell() -> Shell:
    entries = [
        ("layout-columns", _("Today"), 0),
        ("calendar", _("Bookings"), 0),
        ("users", _("Patients"), 0),
        ("phone-call", _("Calls"), 0),
        ("list-check", _("Confirm"), 6),
        ("message", _("Inbox"), 3),
    ]
    return Shell(
        group=_("Anhe Clinic"),
        site=_("South site"),
        post=_("Ground floor desk"),
        person=_name("xie"),
        role=_("Front desk"),
        search_url="/design",
        help_url="#help",
        menu=[
            MenuItem("/design" if place == 0 else "#rows", icon, label, waiting, current=place == 0)
            for place, (icon, label, waiting) in enumerate(entries)
        ],
    )
