"""What billing tells the other apps. Names are facts in the past tense; sums are text."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ChargeAdded:
    version: ClassVar[int] = 1
    says = _("Something is charged")

    charge_id: UUID
    visit_id: UUID
    patient_id: UUID
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ChargeVoided:
    version: ClassVar[int] = 1
    says = _("A charge is voided")

    charge_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class BillOpened:
    version: ClassVar[int] = 1
    says = _("A bill is opened")

    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID
    total: Decimal


@dataclass(frozen=True, slots=True)
class BillTakenApart:
    """The bill was opened in error: its charges wait for another one."""

    version: ClassVar[int] = 1
    says = _("A bill is taken apart")

    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentAsked:
    version: ClassVar[int] = 1
    says = _("A payment is asked for")

    payment_id: UUID
    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID
    method: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    version: ClassVar[int] = 1
    says = _("A payment is taken")

    payment_id: UUID
    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID
    method: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PaymentClosed:
    version: ClassVar[int] = 1
    says = _("A payment is closed")

    payment_id: UUID
    bill_id: UUID
    visit_id: UUID | None
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class BillSettled:
    """Nothing more is owed; a bill of nothing has no receipt."""

    version: ClassVar[int] = 1
    says = _("A bill is settled")

    bill_id: UUID
    visit_id: UUID
    patient_id: UUID
    total: Decimal
    receipt_id: UUID | None


@dataclass(frozen=True, slots=True)
class RefundAsked:
    version: ClassVar[int] = 1
    says = _("A refund is asked for")

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
    says = _("The payment provider does not answer")

    subject_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class PaymentRefunded:
    version: ClassVar[int] = 1
    says = _("A payment is refunded")

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
    says = _("A deposit is paid")

    bill_id: UUID
    booking_id: UUID
    patient_id: UUID
    amount: Decimal
    stands: bool


@dataclass(frozen=True, slots=True)
class DepositReturned:
    """Part or all of a deposit goes back by the way it came."""

    version: ClassVar[int] = 1
    says = _("A deposit goes back")

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
    says = _("A deposit is asked for")

    bill_id: UUID
    booking_id: UUID
    patient_id: UUID
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DepositKept:
    """The clinic keeps `kept` of a deposit by rule; `change` is by how much that rose or fell."""

    version: ClassVar[int] = 1
    says = _("A deposit is kept by rule")

    bill_id: UUID
    booking_id: UUID
    patient_id: UUID
    kept: Decimal
    change: Decimal
