"""Rows of many days, gathered and then written app by app."""

from dataclasses import dataclass, field

from yilu.billing.demo import (
    PastBill,
    PastCharge,
    PastPayment,
    PastReceipt,
    write_bills,
    write_payments,
)
from yilu.clinical.demo import (
    PastDiagnosis,
    PastItem,
    PastNote,
    PastNoteVersion,
    PastPrescription,
    PastScore,
    PastVitals,
    write_diagnoses,
    write_notes,
    write_prescriptions,
    write_scores,
    write_vitals,
)
from yilu.pathways.demo import PastCase, PastStep, write_cases
from yilu.patients.demo import PastRegistration, write_registrations
from yilu.pharmacy.demo import PastDispense, write_dispenses
from yilu.queueing.demo import PastLongWait, PastTicket, write_long_waits, write_tickets
from yilu.scheduling.demo import (
    PastAllocation,
    PastAttempt,
    PastBooking,
    PastTimer,
    write_allocations,
    write_attempts,
    write_bookings,
    write_timers,
)
from yilu.visits.demo import PastVisit, write_visits


@dataclass
class Batch:
    """What some days left behind, in the order in which it may be written."""

    registrations: list[PastRegistration] = field(default_factory=list)
    bookings: list[PastBooking] = field(default_factory=list)
    allocations: list[PastAllocation] = field(default_factory=list)
    attempts: list[PastAttempt] = field(default_factory=list)
    timers: list[PastTimer] = field(default_factory=list)
    visits: list[PastVisit] = field(default_factory=list)
    cases: list[PastCase] = field(default_factory=list)
    steps: list[PastStep] = field(default_factory=list)
    tickets: list[PastTicket] = field(default_factory=list)
    long_waits: list[PastLongWait] = field(default_factory=list)
    vitals: list[PastVitals] = field(default_factory=list)
    scores: list[PastScore] = field(default_factory=list)
    notes: list[PastNote] = field(default_factory=list)
    versions: list[PastNoteVersion] = field(default_factory=list)
    diagnoses: list[PastDiagnosis] = field(default_factory=list)
    prescriptions: list[PastPrescription] = field(default_factory=list)
    items: list[PastItem] = field(default_factory=list)
    dispenses: list[PastDispense] = field(default_factory=list)
    bills: list[PastBill] = field(default_factory=list)
    charges: list[PastCharge] = field(default_factory=list)
    payments: list[PastPayment] = field(default_factory=list)
    receipts: list[PastReceipt] = field(default_factory=list)

    def write(self) -> None:
        """Write everything by each app's own writer."""
        write_registrations(self.registrations)
        write_bookings(self.bookings)
        write_allocations(self.allocations)
        write_attempts(self.attempts)
        write_timers(self.timers)
        write_visits(self.visits)
        write_cases(self.cases, self.steps)
        write_tickets(self.tickets)
        write_long_waits(self.long_waits)
        write_vitals(self.vitals)
        write_scores(self.scores)
        write_notes(self.notes, self.versions)
        write_diagnoses(self.diagnoses)
        write_prescriptions(self.prescriptions, self.items)
        write_dispenses(self.dispenses)
        write_bills(self.bills, self.charges)
        write_payments(self.payments, self.receipts)
