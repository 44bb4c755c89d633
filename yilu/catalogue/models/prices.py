"""What can be charged, and what it costs from which day on."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id


class PriceCategory(models.TextChoices):
    """The categories of the national medical receipt, in the order in which it prints them."""

    BED = "01", _("Bed")
    CONSULTATION = "02", _("Consultation")
    EXAMINATION = "03", _("Examination")
    LABORATORY = "04", _("Laboratory")
    TREATMENT = "05", _("Treatment")
    SURGERY = "06", _("Surgery")
    NURSING = "07", _("Nursing")
    CONSUMABLES = "08", _("Consumables")
    WESTERN_DRUG = "09", _("Western medicine")
    HERBAL_PIECES = "10", _("Herbal pieces")
    PATENT_MEDICINE = "11", _("Chinese patent medicine")
    GENERAL_VISIT = "12", _("General visit fee")
    REGISTRATION = "13", _("Registration")
    OTHER = "14", _("Other")


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
