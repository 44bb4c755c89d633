"""Prescriptions: a draft that may change, and what was signed, which may not."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.clinical.states import PrescriptionKind, PrescriptionState
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id
from yilu.visits.rows import OfVisit

MOST_ITEMS = 5


class Prescription(OfVisit):
    """An order for at most five drugs, with why, and what happens next.

    While it is a draft its drugs live in `draft`, saved last by `window`; signing writes them
    as items, and from then on a trigger refuses every change but that of its state. `digest`
    is the seal over all that was signed. `valid_until` is the last clinic day on which it may
    be dispensed.
    """

    number = models.CharField(max_length=24, blank=True)
    practitioner = models.ForeignKey("workforce.Practitioner", models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(
        max_length=12, choices=PrescriptionKind.choices, default=PrescriptionKind.ORDINARY
    )
    state = models.CharField(
        max_length=10, choices=PrescriptionState.choices, default=PrescriptionState.DRAFT
    )
    draft = models.JSONField(default=list)
    window = models.CharField(max_length=40, blank=True)
    diagnosis_basis = models.CharField(max_length=500, blank=True)
    rationale = models.CharField(max_length=500, blank=True)
    follow_up_plan = models.CharField(max_length=500, blank=True)
    advice = models.CharField(max_length=1000, blank=True)
    long_supply_reason = models.CharField(max_length=200, blank=True)
    diagnoses = models.JSONField(default=list)
    written_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    returned_reason = models.CharField(max_length=500, blank=True)
    returned_at = models.DateTimeField(null=True)
    confirmed_reason = models.CharField(max_length=500, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["visit", "state"], name="clinical_prescription_visit"),
            models.Index(fields=["patient", "signed_at"], name="clinical_prescription_taken"),
            models.Index(fields=["practitioner", "signed_at"], name="clinical_prescription_given"),
        ]
        constraints = [
            *in_calendar(
                "clinical_prescription",
                "written_at",
                "signed_at",
                "returned_at",
                "confirmed_at",
                "voided_at",
            ),
            models.UniqueConstraint(
                fields=["site", "number"],
                condition=~Q(number=""),
                name="clinical_prescription_number",
            ),
            models.UniqueConstraint(
                fields=["visit", "practitioner"],
                condition=Q(state=PrescriptionState.DRAFT),
                name="clinical_prescription_one_draft",
            ),
            models.CheckConstraint(
                name="clinical_prescription_known_state",
                condition=Q(state__in=PrescriptionState.values),
            ),
            models.CheckConstraint(
                name="clinical_prescription_signed_is_whole",
                condition=Q(state__in=[PrescriptionState.DRAFT, PrescriptionState.VOID])
                | (
                    Q(
                        signed_at__isnull=False,
                        valid_until__isnull=False,
                    )
                    & ~Q(number="")
                    & ~Q(diagnosis_basis="")
                    & ~Q(rationale="")
                    & ~Q(follow_up_plan="")
                    & ~Q(digest="")
                ),
            ),
            models.CheckConstraint(
                name="clinical_prescription_void_why",
                condition=~Q(state=PrescriptionState.VOID) | ~Q(void_reason=""),
            ),
        ]


class PrescriptionItem(models.Model):
    """One drug of a signed prescription, with the facts of the drug as they were then.

    `dose` is in `dose_unit`; `quantity` in `dispense_unit`, rounded up to what is dispensed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prescription = models.ForeignKey(Prescription, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    drug = models.ForeignKey("catalogue.Drug", models.PROTECT, related_name="+")
    name = LocalizedField()
    brand = LocalizedField(default=dict, blank=True)
    form = LocalizedField()
    strength = models.CharField(max_length=60, blank=True)
    atc = models.CharField(max_length=8, blank=True)
    dose = models.DecimalField(max_digits=14, decimal_places=4)
    dose_unit = models.CharField(max_length=20)
    route = models.CharField(max_length=20)
    frequency = models.CharField(max_length=12)
    days = models.PositiveSmallIntegerField()
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    form_unit = LocalizedField()
    dose_per_unit = models.DecimalField(max_digits=14, decimal_places=4)
    dispense_unit = LocalizedField()
    instruction = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "position"], name="clinical_prescriptionitem_place"
            ),
            models.CheckConstraint(
                name="clinical_prescriptionitem_at_most_five",
                condition=Q(position__gte=1, position__lte=MOST_ITEMS),
            ),
            models.CheckConstraint(
                name="clinical_prescriptionitem_positive",
                condition=Q(dose__gt=0, days__gte=1, quantity__gt=0),
            ),
        ]
