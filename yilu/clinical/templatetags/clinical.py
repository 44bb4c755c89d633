"""Small lookups that the record's templates need: `{% load clinical %}`."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(values: Mapping[str, object] | None, name: object) -> object:
    """What a mapping holds under a name; nothing where it holds nothing."""
    return (values or {}).get(str(name), "")
