"""What stands for a person's numbers in the indexes. The numbers themselves are encrypted."""

from yilu.platform.crypto import blind
from yilu.platform.phones import tail


def paper_blind(number: str) -> bytes:
    """For an identity paper's number in its normal form."""
    return blind(number, "patients.paper")


def tail_blind(last_four: str) -> bytes:
    """For the last four characters of a phone or of a paper's number: one index finds both."""
    return blind(last_four, "patients.tail")


def contact_blind(value: str) -> bytes:
    """For a phone, an e-mail address or a WeChat identifier in its normal form."""
    return blind(value, "patients.contact")


def phone_tail_blind(phone: str) -> bytes:
    """For the last four digits of a phone in its normal form."""
    return tail_blind(tail(phone))


def card_blind(number: str) -> bytes:
    """For the number of a visit card or an insurance card."""
    return blind(number, "patients.card")
