"""The clinic in which journeys are made: one site, two doctors, everybody else at their post."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from tests.browser import served
from yilu.catalogue.selectors.services import all_services
from yilu.demo.operations.clinic import BuiltClinic, build_clinic, publish
from yilu.demo.plan import ClinicPlan, clinic_plan
from yilu.demo.sandbox.mail import MailSandbox
from yilu.demo.sandbox.server import SandboxServer
from yilu.demo.sandbox.sms import SmsSandbox
from yilu.demo.sandbox.wechat_messages import WechatSandbox
from yilu.demo.sandbox.wechatpay import Gateway, Keys, Merchant
from yilu.demo.sandbox.wire import Faults
from yilu.platform import clinic_clock, clock
from yilu.platform.access import new_token
from yilu.platform.actors import Actor
from yilu.platform.models import ClinicClock, User
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.screens import create_screen
from yilu.queueing.selectors.points import stations
from yilu.workforce.selectors.practitioners import practitioner_names

MONDAY = date(2031, 3, 3)
DAYS = 7
OPENING = time(8, 5)
SERVICE = "general_first"
PASSWORD = "of-no-importance"  # noqa: S105 (of people in tests)
SECRET = "known-to-both-sides"  # noqa: S105 (of a sandbox)
ACTOR = Actor.system("journeys")
get = partial(httpx.get, trust_env=False, timeout=served.PATIENCE)
post = partial(httpx.post, trust_env=False, timeout=served.PATIENCE)


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic as it stands, and where it is reached."""

    built: BuiltClinic
    address: str
    sandbox: str

    @property
    def site_id(self) -> UUID:
        return self.built.sites["south"].id

    @property
    def service_id(self) -> UUID:
        return next(one.id for one in all_services() if one.key == SERVICE)

    @property
    def doctor_id(self) -> UUID:
        return self.built.practitioners["20001"]

    @property
    def doctor_name(self) -> str:
        return str(practitioner_names([self.doctor_id])[self.doctor_id].written)

    def user(self, staff_no: str) -> User:
        """Who has this staff number."""
        return User.objects.get(pk=self.built.users[staff_no])

    def station(self, kind: str) -> UUID:
        """The first station of a kind of queue; of consultations, the doctor's."""
        found = stations(self.site_id, kind=kind)
        mine = [one for one in found if one.practitioner_id == self.doctor_id]
        return (mine or found)[0].id

    def token(self, staff_no: str) -> str:
        """A token with which a partner's program does what this person may."""
        return new_token(self.user(staff_no), "journey")

    def wall(self) -> str:
        """The address that opens a new wall screen."""
        able = Actor.system("journeys", queueing.SET_UP)
        made = create_screen(actor=able, site_id=self.site_id, name="Hall")
        return f"/queueing/wall/open/{made.reference}"

    def sms(self, phone: str) -> list[str]:
        """What the SMS sandbox has taken for a phone, oldest first."""
        answer = get(f"{self.sandbox}/control/sms")
        return [
            " ".join(one["parameters"])
            for one in answer.json()["items"]
            if str(one["to"]).endswith(phone)
        ]

    def pay(self) -> None:
        """Scan the newest code and pay, as a payer does with the phone."""
        orders = get(f"{self.sandbox}/control/wechatpay").json()["items"]
        (waiting,) = [one for one in orders if one["trade_state"] == "NOTPAY"]
        code = {"code_url": waiting["code_url"]}
        paid = post(f"{self.sandbox}/wechatpay/payer", json=code)
        assert paid.status_code == 200

    def begin(self, day: date) -> None:
        """Let it be the morning of a day."""
        self.set_clock(datetime.combine(day, OPENING, tzinfo=ZoneInfo("Asia/Shanghai")))

    def set_clock(self, moment: datetime) -> None:
        """Let it be `moment`, in every process."""
        clinic_clock.jump(ACTOR, clinic=moment)


def small_plan() -> ClinicPlan:
    """The demonstration's plan, cut to one site and two doctors."""
    plan = clinic_plan()
    return replace(
        plan,
        sites=plan.sites[:1],
        practitioners=plan.practitioners[:2],
        staff=tuple(replace(one, sites=("south",)) for one in plan.staff if "south" in one.sites),
    )


@contextmanager
def open_clinic(folder: Path) -> Iterator[Clinic]:
    """Build the clinic, and run everything around it until the block ends."""
    built = _build()
    port = served.free_port()
    address = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        sandbox = stack.enter_context(_sandboxes(built, address, folder))
        stack.callback(clock.set_pace, None)
        more = _environment(sandbox, address, folder)
        stack.enter_context(served.worker(folder / "worker.log", more))
        stack.enter_context(served.web(folder / "web.log", more, port))
        yield Clinic(built, address, sandbox)


def _build() -> BuiltClinic:
    morning = datetime.combine(MONDAY, OPENING, tzinfo=ZoneInfo("Asia/Shanghai"))
    ClinicClock.objects.create(id=True, clinic=morning, real=clock.machine_now(), speed=1.0)
    clinic_clock.read()
    built = build_clinic(actor=ACTOR, plan=small_plan(), since=MONDAY, password=PASSWORD)
    until = MONDAY + timedelta(days=DAYS)
    publish(actor=ACTOR, clinic=built, from_day=MONDAY, to_day=until)
    return built


@contextmanager
def _sandboxes(built: BuiltClinic, address: str, folder: Path) -> Iterator[str]:
    """All providers on loopback; what billing needs to know of them is in `folder`."""
    faults, keys = Faults(), Keys.make()
    port = served.free_port()
    sandbox = f"http://127.0.0.1:{port}"
    accounts = {
        str(site.id): Merchant(
            keys, f"{sandbox}{Gateway.prefix}", f"{address}/billing/wechatpay/{site.id}/notice"
        )
        for site in built.sites.values()
    }
    written = {site: one.as_settings() for site, one in accounts.items()}
    (folder / "wechatpay.json").write_text(json.dumps(written))
    services = [
        SmsSandbox("AKIDjourney", SECRET, "1400000000", partial(_report, address)),
        WechatSandbox("wx0000000000000000", SECRET),
        Gateway(next(iter(accounts.values()))),
    ]
    mail_port = served.free_port()
    with SandboxServer(port, services, faults) as web, MailSandbox(mail_port, faults) as mail:
        web.run_in_background()
        yield sandbox
        web.shutdown()
        del mail


def _report(address: str, reports: list[dict[str, object]]) -> None:
    """Tell the clinic that an SMS has arrived, as the provider does.

    The clinic may have closed since it sent the last ones: then nobody hears of them.
    """
    receipts = f"{address}/api/v1/messages/receipts/sms/{SECRET}"
    try:
        answer = post(receipts, json=reports)
    except httpx.TransportError:
        return
    answer.raise_for_status()


def _environment(sandbox: str, address: str, folder: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
        "YILU_ADDRESS": address,
        "YILU_WECHATPAY_FILE": str(folder / "wechatpay.json"),
        "YILU_SMS_PROTOCOL": "http",
        "YILU_SMS_ENDPOINT": sandbox.removeprefix("http://"),
        "YILU_SMS_SECRET_ID": "AKIDjourney",
        "YILU_SMS_SECRET_KEY": SECRET,
        "YILU_SMS_APP_ID": "1400000000",
        "YILU_SMS_RECEIPT_SECRET": SECRET,
        "YILU_WECHAT_API": f"{sandbox}/wechat",
        "YILU_WECHAT_SECRET": SECRET,
    }
