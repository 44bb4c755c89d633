"""Who looks after a patient because somebody is to ask how they are."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare

declare(
    Tie(
        "follow_up",
        pgettext_lazy("ground", "Follow-up"),
        """
        SELECT call.site_id, call.due_at AS at FROM aftercare_followup AS call
        JOIN visits_visit AS visit ON visit.id = call.visit_id
        WHERE call.patient_id = %(patient)s
            AND (call.owner_id = %(user)s::uuid AND (call.state = 'due' OR call.due_at >= {since})
                OR call.state = 'due' AND (visit.practitioner_id = %(practitioner)s::uuid
                    OR visit.responsible_user_id = %(user)s::uuid)
                OR %(department)s::uuid IS NULL AND call.{here}
                    AND (call.state = 'due' OR call.ended_at >= %(now)s - interval '7 days'))
        """,
        position=48,
    ),
)
