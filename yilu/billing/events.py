"""What billing tells the other apps. Names are facts in the past tense; sums are text."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ChargeAdded:
    version: ClassVar[int] = 1

    charge_id: UUID
    visit_id: UUID
    patient_id: UUID
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ChargeVoided:
    version: ClassVar[int] = 1

    charge_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class BillOpened:
    version: ClassVar[int] = 1

    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID
    total: Decimal


@dataclass(frozen=True, slots=True)
class BillTakenApart:
    """The bill was opened in error: its charges wait for another one."""

    version: ClassVar[int] = 1

    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentAsked:
    version: ClassVar[int] = 1

    payment_id: UUID
    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID
    method: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    version: ClassVar[int] = 1

    payment_id: UUID
    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID
    method: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PaymentClosed:
    version: ClassVar[int] = 1

    payment_id: UUID
    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class BillSettled:
    """Nothing more is owed; a bill of nothing has no receipt."""

    version: ClassVar[int] = 1

    bill_id: UUID
    visit_id: UUID
    patient_id: UUID
    total: Decimal
    receipt_id: UUID | None


@dataclass(frozen=True, slots=True)
class RefundAsked:
    version: ClassVar[int] = 1

    refund_id: UUID
    payment_id: UUID
    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID
    amount: Decimal


@dataclass(frozen=True, slots=True)
class GatewayUnanswered:
    """The gateway was asked in vain several times; `kind` says for what of the subject."""

    version: ClassVar[int] = 1

    subject_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class PaymentRefunded:
    version: ClassVar[int] = 1

    refund_id: UUID
    payment_id: UUID
    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DepositTaken:
    """What a booking asked for in advance was paid. `stands`: else it goes back at once."""

    version: ClassVar[int] = 1

    bill_id: UUID
    booking_id: UUID
    patient_id: UUID
    amount: Decimal
    stands: bool


@dataclass(frozen=True, slots=True)
class DepositReturned:
    """Part or all of a deposit goes back by the way it came."""

    version: ClassVar[int] = 1

    refund_id: UUID
    bill_id: UUID
    booking_id: UUID
    patient_id: UUID
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class DepositAsked:
    """A bill was opened by which a booking is paid for in advance."""

    version: ClassVar[int] = 1

    bill_id: UUID
    booking_id: UUID
    patient_id: UUID
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DepositKept:
    """The clinic keeps `kept` of a deposit by rule; `change` is by how much that rose or fell."""

    version: ClassVar[int] = 1

    bill_id: UUID
    booking_id: UUID
    patient_id: UUID
    kept: Decimal
    change: Decimal
