"""Who looks after a patient because of what was prescribed, or is still to be looked at."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare

declare(
    Tie(
        "prescription",
        pgettext_lazy("ground", "Prescription of this doctor"),
        """
        SELECT site_id, signed_at AS at FROM clinical_prescription
        WHERE patient_id = %(patient)s AND practitioner_id = %(practitioner)s::uuid
            AND signed_at >= {since}
        """,
        position=40,
    ),
    Tie(
        "observation",
        pgettext_lazy("ground", "To be observed after a procedure"),
        """
        SELECT site_id, due_at AS at FROM clinical_observation
        WHERE patient_id = %(patient)s AND made_at IS NULL AND {here}
        """,
        position=41,
    ),
)
