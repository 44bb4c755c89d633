"""The drugs that can be prescribed and dispensed."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from yilu.catalogue.models.prices import PriceItem
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id


class Drug(models.Model):
    """One product: a substance in a form and strength, as it is dispensed.

    A dose is counted in `dose_unit` (mg, ml, drop); one form unit (a tablet) holds
    `dose_per_unit` of them, and one `dispense_unit` (a box) holds `units_per_pack` form units.
    `max_single_dose` and `max_daily_dose` are for adults, in dose units; for children the
    limits go by weight. `antibiotic_level`: 0 none, 1 unrestricted, 2 restricted, 3 special.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = LocalizedField()
    brand = LocalizedField(default=dict, blank=True)
    form = LocalizedField()
    strength = models.CharField(max_length=60)
    dose_unit = models.CharField(max_length=12)
    dose_per_unit = models.DecimalField(max_digits=14, decimal_places=4)
    form_unit = LocalizedField()
    units_per_pack = models.DecimalField(max_digits=14, decimal_places=4)
    dispense_unit = LocalizedField()
    atc = models.CharField(max_length=8, blank=True)
    allergy_groups = ArrayField(models.SlugField(max_length=60), default=list)
    antibiotic_level = models.PositiveSmallIntegerField(default=0)
    usual_dose = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    usual_frequency = models.CharField(max_length=12, blank=True)
    max_single_dose = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    max_daily_dose = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    max_daily_per_kg = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    min_age_months = models.PositiveSmallIntegerField(null=True)
    default_route = models.CharField(max_length=20)
    needs_skin_test = models.BooleanField(default=False)
    is_high_alert = models.BooleanField(default=False)
    is_clinic_use = models.BooleanField(default=False)
    price_item = models.ForeignKey(PriceItem, models.PROTECT, null=True, related_name="+")
    storage = LocalizedField(default=dict, blank=True)
    warnings = LocalizedField(default=dict, blank=True)
    tokens = ArrayField(models.CharField(max_length=40), default=list)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="catalogue_drug_amounts",
                condition=Q(dose_per_unit__gt=0, units_per_pack__gt=0),
            ),
            models.CheckConstraint(
                name="catalogue_drug_antibiotic_level", condition=Q(antibiotic_level__lte=3)
            ),
        ]
        indexes = [GinIndex(fields=["tokens"], name="catalogue_drug_tokens")]
