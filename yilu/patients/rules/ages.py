"""How old somebody is, as it is said."""

from datetime import date

from django.utils.translation import gettext as _


def age(born_on: date, today: date) -> tuple[int, int, int]:
    """Whole years, the months beyond them, and days lived in all. Born on 29 February: 1 March."""
    months = (today.year - born_on.year) * 12 + today.month - born_on.month
    if today.day < born_on.day:
        months -= 1
    years, months = divmod(max(months, 0), 12)
    return years, months, max((today - born_on).days, 0)


def age_text(born_on: date | None, today: date, *, is_estimated: bool = False) -> str:
    """An age in words: days for newborns, months for small children, else years."""
    if born_on is None:
        return ""
    years, months, days = age(born_on, today)
    if years >= 6:
        text = _("%(years)s y") % {"years": years}
    elif years >= 1:
        text = _("%(years)s y %(months)s mo") % {"years": years, "months": months}
    elif days >= 29:
        text = _("%(months)s mo") % {"months": max(months, 1)}
    else:
        text = _("%(days)s d") % {"days": days}
    return _("about %(age)s") % {"age": text} if is_estimated else text
