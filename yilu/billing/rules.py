"""Sums in words, change, and what a receipt says. Nothing here reads or writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from yilu.platform.money import CENT, ZERO
from yilu.platform.names import Localized

DIGITS = "零壹贰叁肆伍陆柒捌玖"
SMALL_UNITS = ("", "拾", "佰", "仟")
LARGE_UNITS = ("", "万", "亿")

# Fiscal categories of a medical receipt, in the order in which they are printed (§10.1).
CATEGORIES = ("02", "03", "04", "05", "06", "08", "09", "10", "11", "12", "13", "14")

# Above this a second person approves (§10.4 rule 7).
REFUND_ALONE = Decimal("200.00")

# What may be given back of cash: more was never handed over, but typed or scanned by mistake.
MOST_CHANGE = Decimal("1000.00")
# What people hand over is rounded up to what a few notes make.
NOTES = (10, 20, 50, 100, 200, 500, 1000)

# Reasons of refunds that nobody typed.
EXCESS = "excess"
LATE, CANCELLED, CHEAPER, LEFT_OVER = "late", "cancelled", "cheaper", "left over"
PAID_TWICE = "paid twice"
SET_OFF_ANEW = "set off anew"
# What patients read for them, on messages and papers.
WHY = {
    EXCESS: Localized({"zh-Hans": "多付退回", "en": "the bill was paid already"}),
    LATE: Localized({"zh-Hans": "付款到账时号源已不在", "en": "it came after the time was gone"}),
    CANCELLED: Localized({"zh-Hans": "预约已取消", "en": "the booking was cancelled"}),
    CHEAPER: Localized({"zh-Hans": "改约的项目定金较低", "en": "the new service asks for less"}),
    PAID_TWICE: Localized({"zh-Hans": "重复支付", "en": "it was paid twice"}),
    LEFT_OVER: Localized({"zh-Hans": "就诊结束后有余额", "en": "the visit cost less"}),
    SET_OFF_ANEW: Localized({"zh-Hans": "重新抵扣", "en": "set off anew"}),
}


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of a receipt, as printed."""

    name: str
    category: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal


def change_due(due: Decimal, tendered: Decimal) -> Decimal:
    """What the cashier gives back; negative when the money is not enough."""
    return tendered - due


def quick_sums(due: Decimal, most: int = 3) -> list[Decimal]:
    """The sum itself, and those that people hand over for it: 280 is paid by 300, 400, 500."""
    if due <= ZERO:
        return []
    above = sorted({(due / note).to_integral_value(ROUND_CEILING) * note for note in NOTES} - {due})
    return [due, *above[:most]]


def by_category(lines: Sequence[ReceiptLine]) -> list[tuple[str, Decimal]]:
    """Sums per fiscal category, in printing order, only those that occur."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.category] = sums.get(line.category, ZERO) + line.amount
    known = [(category, sums.pop(category)) for category in CATEGORIES if category in sums]
    return known + sorted(sums.items())


def in_words(amount: Decimal) -> str:
    """A sum in Chinese financial numerals, as receipts must show it: 叁拾柒元贰角捌分.

    Whole jiao end with 整 as whole yuan do; a zero jiao before fen is read as 零.
    """
    cents = int((amount / CENT).to_integral_exact())
    yuan, rest = divmod(abs(cents), 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        words += "零"
    words += f"{DIGITS[fen]}分" if fen else "整"
    if not cents:
        words = "零元整"
    return f"负{words}" if cents < 0 else words


def _whole(number: int) -> str:
    """A whole number below 10¹² in financial numerals."""
    groups = [number // 10 ** (4 * n) % 10000 for n in range(3)]
    words = ""
    for n in (2, 1, 0):
        group = groups[n]
        if not group:
            continue
        if words and (group < 1000 or not groups[n + 1]):
            words += "零"
        words += _group(group) + LARGE_UNITS[n]
    return words


def _group(group: int) -> str:
    words, gap = "", False
    for n in (3, 2, 1, 0):
        digit = group // 10**n % 10
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + SMALL_UNITS[n]
            gap = False
        else:
            gap = True
    return words
