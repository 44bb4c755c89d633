"""What every stored period must be: bounded, inside the calendar, at most a day long."""

from django.db.models import CheckConstraint, F, Func, Q
from django.db.models.fields import DateTimeField
from django.db.models.lookups import LessThanOrEqual

from yilu.scheduling.rules import FIRST_INSTANT, LAST_INSTANT, LONGEST


def period_checks(table: str, column: str = "during") -> list[CheckConstraint]:
    """CHECKs for a range column. Longer things are stored a row per clinic day, so that a scan
    that starts 24 hours before a window finds all that touches it."""
    starts, ends = F(f"{column}__startswith"), F(f"{column}__endswith")
    return [
        CheckConstraint(
            name=f"{table}_{column}_bounded",
            condition=Q(
                **{
                    f"{column}__isempty": False,
                    f"{column}__lower_inf": False,
                    f"{column}__upper_inf": False,
                    f"{column}__lower_inc": True,
                    f"{column}__upper_inc": False,
                }
            ),
        ),
        CheckConstraint(
            name=f"{table}_{column}_in_calendar",
            condition=Q(
                **{
                    f"{column}__startswith__gte": FIRST_INSTANT,
                    f"{column}__endswith__lte": LAST_INSTANT,
                }
            ),
        ),
        CheckConstraint(
            name=f"{table}_{column}_a_day_at_most",
            condition=LessThanOrEqual(ends - starts, LONGEST),
        ),
    ]


class Begin(Func):
    """The start of a range, as the indexes that scans of a window use know it."""

    function = "lower"
    output_field = DateTimeField()


class Period(Func):
    """A range made of two instants."""

    function = "tstzrange"
