"""Who looks after a patient because of a queue."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare

declare(
    Tie(
        "queue",
        pgettext_lazy("ground", "Waits for this department"),
        """
        SELECT ticket.site_id, ticket.issued_at AS at
        FROM queueing_ticket AS ticket JOIN queueing_queue AS queue ON queue.id = ticket.queue_id
        WHERE ticket.patient_id = %(patient)s
            AND ticket.issued_at >= %(now)s - interval '36 hours' AND ticket.{here}
            AND (queue.department_id = %(department)s::uuid
                OR queue.practitioner_id = %(practitioner)s::uuid
                OR ticket.practitioner_id = %(practitioner)s::uuid)
        """,
        position=25,
    ),
)
