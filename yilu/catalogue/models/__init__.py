"""What catalogue stores, and what the database refuses to store."""

from yilu.catalogue.models.codes import CodeSource, DiagnosisCode
from yilu.catalogue.models.drugs import Drug
from yilu.catalogue.models.prices import Price, PriceCategory, PriceItem
from yilu.catalogue.models.services import Performs, Service

__all__ = [
    "CodeSource",
    "DiagnosisCode",
    "Drug",
    "Performs",
    "Price",
    "PriceCategory",
    "PriceItem",
    "Service",
]
