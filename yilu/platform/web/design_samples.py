"""What /design shows: people who cannot exist, in every state there is."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import get_language, pgettext

from yilu.platform import clock
from yilu.platform.daygrid import Card
from yilu.platform.shell import MenuItem, Shell

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


def name(key: str) -> str:
    chinese, pinyin = NAMES[key]
    return pinyin if get_language() == "en" else chinese


def name_hits(typed: str) -> list[str]:
    """The people whose name begins like what was typed, in either writing."""
    wanted = typed.strip().lower()
    found = [key for key, written in NAMES.items() if _begins(written, wanted)]
    return [name(key) for key in found] if wanted else []


def _begins(written: tuple[str, str], wanted: str) -> bool:
    chinese, pinyin = written
    return chinese.startswith(wanted) or pinyin.lower().startswith(wanted)


def states() -> list[tuple[str, str, str]]:
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


def badges() -> list[tuple[str, str]]:
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


def cards() -> list[Card]:
    def card(who: str, state: str, said: str, service: str, third: str, *flags: str) -> Card:
        now = clock.now()
        return Card(now, now, 45, state, name(who), flags, said, service, third, "#cards")

    return [
        card(
            "wang",
            "booked",
            "",
            pgettext("design", "Check-up review"),
            "11:30–12:00",
            "confirmed",
        ),
        card(
            "song",
            "late",
            pgettext("design", "Late 24 min"),
            pgettext("design", "Ortho review"),
            "10:00–10:30",
        ),
        card(
            "shen",
            "waiting",
            pgettext("design", "29 min"),
            pgettext("design", "Toothache"),
            "10:30–11:15",
            "first_visit",
        ),
        card(
            "gu",
            "called",
            pgettext("design", "Called 2 min"),
            pgettext("design", "Implant 2"),
            "10:20–11:50",
            "allergy",
        ),
        card(
            "tang",
            "active",
            pgettext("design", "39 min"),
            pgettext("design", "4 min left"),
            pgettext("design", "Root canal 2/3"),
            "allergy",
        ),
        card("qiao", "done", "", pgettext("design", "Fillings × 2"), "09:00–09:45"),
    ]


def rows(now: datetime) -> list[Row]:
    def row(number: str, who: str, minutes: int, **facts: object) -> Row:
        since = now - timedelta(minutes=minutes, seconds=20)
        shown = {"id": number, "deed_url": "/design/try/done", **facts}
        return Row(number=number, name=name(who), timer_since=since, **shown)  # type: ignore[arg-type]

    return [
        row(
            "B031",
            "mo",
            41,
            state="waiting",
            badge=pgettext("design", "Waiting"),
            second=pgettext("design", "%(name)s · Follow-up") % {"name": name("zhou")},
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


def person() -> Person:
    return Person(
        name=name("tang"),
        sex=pgettext("design", "Male"),
        age=pgettext("design", "46 years"),
        born_on=date(1980, 2, 28),
        record_no="Y-0017 326",
        phone="12100006604",
        payer=pgettext("design", "Self-pay"),
        allergies=[pgettext("design", "Lidocaine (hives, 2019)")],
        notes=pgettext("design", "on aspirin 100 mg"),
    )


def shell() -> Shell:
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
        person=name("xie"),
        role=pgettext("design", "Front desk"),
        search_url="/design/search",
        help_url="#help",
        menu=[
            MenuItem("/design" if place == 0 else "#rows", icon, label, waiting, current=place == 0)
            for place, (icon, label, waiting) in enumerate(entries)
        ],
    )
