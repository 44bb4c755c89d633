"""Values as JSON keeps them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID


def plain(value: object) -> object:
    """What JSON has stays what it is; instants and dates become ISO text, keys and sums text.

    Raises:
        TypeError: JSON would bend the value (a float, an object).
    """
    match value:
        case None | bool() | int() | str():
            return value
        case date():  # A datetime is one too, and keeps its offset.
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case Mapping():
            return {str(name): plain(item) for name, item in value.items()}
    raise TypeError(f"JSON cannot carry a {type(value).__name__}")
