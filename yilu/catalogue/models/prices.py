"""What can be charged, and what it costs from which day on."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id


class PriceCategory(models.TextChoices):
    """The categories of the national medical receipt, in the order in which it prints them."""

    BED = "01", pgettext_lazy("receipt", "Bed")
    CONSULTATION = "02", pgettext_lazy("receipt", "Consultation")
    EXAMINATION = "03", pgettext_lazy("receipt", "Examination")
    LABORATORY = "04", pgettext_lazy("receipt", "Laboratory")
    TREATMENT = "05", pgettext_lazy("receipt", "Treatment")
    SURGERY = "06", pgettext_lazy("receipt", "Surgery")
    NURSING = "07", pgettext_lazy("receipt", "Nursing")
    CONSUMABLES = "08", pgettext_lazy("receipt", "Consumables")
    WESTERN_DRUG = "09", pgettext_lazy("receipt", "Western medicine")
    HERBAL_PIECES = "10", pgettext_lazy("receipt", "Herbal pieces")
    PATENT_MEDICINE = "11", pgettext_lazy("receipt", "Chinese patent medicine")
    GENERAL_VISIT = "12", pgettext_lazy("receipt", "General visit fee")
    REGISTRATION = "13", pgettext_lazy("receipt", "Registration")
    OTHER = "14", pgettext_lazy("receipt", "Other")


class PriceItem(models.Model):
    """Something that can be charged. `tokens` are what people may type to find it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = LocalizedField()
    category = models.CharField(max_length=2, choices=PriceCategory.choices)
    unit = LocalizedField()
    tokens = ArrayField(models.CharField(max_length=40), default=list)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["category", "code"]
        constraints = [
            models.CheckConstraint(
                name="catalogue_priceitem_known_category",
                condition=Q(category__in=PriceCategory.values),
            )
        ]
        indexes = [GinIndex(fields=["tokens"], name="catalogue_priceitem_tokens")]


class Price(models.Model):
    """What one unit costs on the days of `during`. An item never has two prices on one day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PriceItem, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    during = DateRangeField()

    class Meta:
        ordering = ["during"]
        constraints = [
            models.CheckConstraint(name="catalogue_price_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="catalogue_price_some_days", condition=Q(during__isempty=False)
            ),
            ExclusionConstraint(
                name="catalogue_price_one_a_day",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
