"""Paying: in cash at the window, or with a made-up phone."""

from decimal import Decimal

from yilu.demo.players.deciding import Due
from yilu.demo.players.stage import Stage
from yilu.demo.players.wire import Refused, pay_at_sandbox
from yilu.demo.selectors.sight import Bill

NOTE = Decimal(10)


def cash(stage: Stage, due: Due) -> None:
    """The cashier takes notes and gives change."""
    bill = _bill(due)
    tendered = (bill.due / NOTE).to_integral_value("ROUND_CEILING") * NOTE
    body = {"method": "cash", "amount": f"{tendered:.2f}"}
    token = stage.crew.token(stage.at_station(due))
    stage.wire.api(token, "POST", f"/bills/{bill.id}/payments", body=body)


def scan(stage: Stage, due: Due) -> None:
    """The patient asks for a code, scans it and pays."""
    bill = _bill(due)
    code = bill.qr
    if not code:
        body = {"method": "wechat", "amount": f"{bill.due:.2f}"}
        path = f"/bills/{bill.id}/payments"
        asked = stage.wire.api(stage.crew.phone(), "POST", path, body=body)
        code = asked.get("qr")
    if not code:
        raise Refused(0, "no code")
    pay_at_sandbox(stage.sandbox_port, code)


def _bill(due: Due) -> Bill:
    if due.bill is None or due.bill.due <= 0:
        raise Refused(0, "nothing to pay")
    return due.bill
