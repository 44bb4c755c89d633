"""What is kept about a person, and of two records that became one."""

from yilu.patients.models.merges import Merge, MergedRow
from yilu.patients.models.people import (
    Account,
    Card,
    Consent,
    ContactPoint,
    Patient,
    Registration,
    Relation,
    WechatIdentity,
)

__all__ = [
    "Account",
    "Card",
    "Consent",
    "ContactPoint",
    "Merge",
    "MergedRow",
    "Patient",
    "Registration",
    "Relation",
    "WechatIdentity",
]
