"""Columns that several apps need."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yilu.platform.forms import check_readable
from yilu.platform.names import CHINESE, ENGLISH, Localized

LANGUAGES = (CHINESE, ENGLISH)


class LocalizedField(models.JSONField):
    """Words that a clinic types and others read: `{"zh-Hans": …, "en": …}`, never empty."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Localized:
        return Localized(super().from_db_value(value, expression, connection) or {})

    def to_python(self, value: Any) -> Any:
        return Localized(value) if isinstance(value, Mapping) else value

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, Mapping) or not set(value) <= set(LANGUAGES):
            raise ValidationError(_("Give the words by language."), code="not_localized")
        for text in value.values():
            check_readable(text)
