"""Tables as files that spreadsheets open."""

import csv
from collections.abc import Iterable
from io import StringIO

from django.http import HttpResponse

# Excel knows by it that the file is UTF-8.
MARK = "\ufeff"
# What a spreadsheet would take for a formula: names and reasons are typed by people.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(name: str, rows: Iterable[Iterable[str]]) -> HttpResponse:
    """The rows as a file of this name, in which no cell is run as a formula."""
    out = StringIO()
    write = csv.writer(out).writerow
    for row in rows:
        write([safe(cell) for cell in row])
    answer = HttpResponse(MARK + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def safe(text: str) -> str:
    """Text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
