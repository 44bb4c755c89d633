"""What a visit cost and how it was paid, told as rows."""

import hashlib
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from yilu.billing.demo import PastBill, PastCharge, PastPayment, PastReceipt, receipt_body
from yilu.catalogue.selectors.prices import PriceInfo
from yilu.clinical.demo import PastItem
from yilu.demo.past.telling import Teller, Told
from yilu.platform.money import ZERO, line_amount

NOTE = Decimal(10)


class Charger:
    """Tells the money of visits into the teller's batch."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._day, self._batch, self._chance = teller.day, teller.batch, teller.chance

    def charge(self, told: Told, items: list[PastItem]) -> None:
        """Charge the fee on arrival and the medicines when signed; bill and take the money."""
        ended = self._day.past(told.story.ended)
        bill_id = self._day.key(ended) if ended is not None else None
        charges = self._charges(told, items, bill_id)
        self._batch.charges.extend(charges)
        if ended is None or bill_id is None or not charges:
            return
        paid_at = self._day.past(told.story.paid)
        total = sum((charge.amount for charge in charges), ZERO)
        number = self._teller.register.numbers.take(f"billing.bill:{told.site_id}:{self._day.day}")
        bill = PastBill(
            id=bill_id,
            number=f"{self._day.day:%Y%m%d}-{number:04d}",
            site_id=told.site_id,
            visit_id=told.id,
            patient_id=told.patient.id,
            clinic_day=self._day.day,
            state="open" if paid_at is None else "settled",
            total=total,
            paid=ZERO if paid_at is None else total,
            opened_at=ended,
            settled_at=paid_at,
        )
        self._batch.bills.append(bill)
        if paid_at is not None and total:
            self._pay(told, bill, charges, paid_at)

    def _charges(self, told: Told, items: list[PastItem], bill_id: UUID | None) -> list[PastCharge]:
        service = self._teller.reference.services[told.story.service]
        prices = self._teller.reference.prices
        arrived = self._day.at(told.story.arrived or 0)
        made: list[PastCharge] = []
        if service.fee_item_id is not None:
            fee = prices[service.fee_item_id]
            made.append(
                self._line(told, bill_id, fee, Decimal(1), "visits.visit", told.id, arrived)
            )
        for item in items:
            drug = self._teller.reference.drugs_by_id[item.drug_id]
            if drug.price_item_id is not None:
                signed = self._day.at(told.story.ended or 0)
                price, source = prices[drug.price_item_id], item.prescription_id
                line = self._line(
                    told, bill_id, price, item.quantity, "clinical.prescription", source, signed
                )
                made.append(line)
        return made

    def _line(  # noqa: PLR0917 (the facts of one charge)
        self,
        told: Told,
        bill_id: UUID | None,
        price: PriceInfo,
        quantity: Decimal,
        source_type: str,
        source_id: UUID,
        at: datetime,
    ) -> PastCharge:
        name, unit = self._teller.reference.price_names[price.item_id]
        return PastCharge(
            id=self._day.key(at),
            site_id=told.site_id,
            visit_id=told.id,
            patient_id=told.patient.id,
            item_id=price.item_id,
            bill_id=bill_id,
            name=name,
            unit=unit,
            category=price.category,
            source_type=source_type,
            source_id=source_id,
            ordered_by=told.doctor.user_id,
            quantity=quantity,
            unit_price=price.amount,
            amount=line_amount(price.amount, quantity),
            clinic_day=self._day.day,
            state="open" if bill_id is None else "billed",
            made_at=at,
        )

    def _pay(self, told: Told, bill: PastBill, charges: list[PastCharge], at: datetime) -> None:
        cash = told.story.pays_cash
        key = self._day.key(at)
        tendered = (bill.total / NOTE).to_integral_value("ROUND_CEILING") * NOTE if cash else None
        cashiers = told.site.users.get("cashier", [])
        payment = PastPayment(
            id=key,
            bill_id=bill.id,
            site_id=bill.site_id,
            clinic_day=bill.clinic_day,
            method="cash" if cash else "wechat",
            amount=bill.total,
            tendered=tendered,
            reference=key.hex,
            transaction_id="" if cash else f"42000{key.int % 10**20:020d}",
            taken_by=self._chance.choice(cashiers) if cashiers else None,
            asked_at=at,
            paid_at=at,
        )
        self._batch.payments.append(payment)
        self._receipt(told, bill, charges, payment)

    def _receipt(
        self, told: Told, bill: PastBill, charges: list[PastCharge], payment: PastPayment
    ) -> None:
        number = self._teller.register.numbers.take(f"billing.receipt:{bill.site_id}")
        key = self._day.key(payment.paid_at)
        mark = f"{key}:{bill.site_id}:{number}:{bill.total:.2f}"
        digest = int.from_bytes(hashlib.sha256(mark.encode()).digest()[:9], "big")
        self._batch.receipts.append(
            PastReceipt(
                id=key,
                site_id=bill.site_id,
                number=number,
                bill_id=bill.id,
                amount=bill.total,
                check_code=str(digest).zfill(20)[-20:],
                body=receipt_body(dict(told.site.info.name), bill, charges, payment),
                issued_at=payment.paid_at,
            )
        )
