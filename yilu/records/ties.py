"""Who may read a record because they stated why."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare
from yilu.records.rules.access import GLASS

declare(
    Tie(
        GLASS,
        pgettext_lazy("ground", "For a stated reason"),
        """
        SELECT site_id, until AS at FROM records_opening
        WHERE patient_id = %(patient)s AND user_id = %(user)s::uuid
            AND opened_at <= %(now)s AND until > %(now)s
        """,
        position=90,
    ),
)
