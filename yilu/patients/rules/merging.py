"""What becomes of a person's own rows when two records are merged, and of the platform's."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

RECORD = (
    "The record of what happened is never rewritten; whoever reads an id asks for its survivor."
)
MERGES = "A merge is history: taking it back needs to know whom it was about."

declare(
    Rule("patients_account", says=_("Accounts"), clash="theirs.user_id = mine.user_id"
         " AND theirs.ended_at IS NULL AND mine.ended_at IS NULL"),
    # A person shows one card of a kind as theirs; the other one works through the alias.
    Rule("patients_card", says=_("Cards"), clash="theirs.kind = mine.kind"
         " AND theirs.ended_at IS NULL AND mine.ended_at IS NULL"),
    # The survivor's consent holds; one that was taken back is not given anew by a merge.
    Rule("patients_consent", says=_("Consents"), clash="theirs.kind = mine.kind"
         " AND mine.withdrawn_at IS NULL"
         " AND (theirs.withdrawn_at IS NULL OR theirs.withdrawn_at > mine.given_at)"),
    Rule(
        "patients_contactpoint",
        says=_("Phones and addresses"),
        clash="theirs.kind = mine.kind AND theirs.blind = mine.blind"
        " AND theirs.ended_at IS NULL AND mine.ended_at IS NULL",
        gives_way="theirs.kind = mine.kind AND theirs.is_primary AND theirs.ended_at IS NULL"
        " AND mine.ended_at IS NULL",
        changes={"is_primary": "false"},
    ),
    Rule("patients_registration", says=_("Clinics that know the patient"),
         clash="theirs.site_id = mine.site_id"),
    # Nobody becomes their own relative, and a relative is named once.
    Rule("patients_relation", says=_("Relatives"),
         unless="mine.relative_id = %(survivor)s",
         clash="theirs.relative_id = mine.relative_id"
         " AND theirs.ended_at IS NULL AND mine.ended_at IS NULL"),
    Rule("patients_relation", "relative_id",
         unless="mine.patient_id = %(survivor)s",
         clash="theirs.patient_id = mine.patient_id"
         " AND theirs.ended_at IS NULL AND mine.ended_at IS NULL"),
    # Earlier aliases of the merged record lead to the survivor at once.
    Rule("patients_patient", "merged_into_id"),
    Rule("patients_merge", "survivor_id", stays=MERGES),
    Rule("patients_merge", "merged_id", stays=MERGES),
    Rule("platform_link", "subject_id"),
    Rule("platform_timer", "subject_id", stays="A timer finds its patient through the alias."),
    Rule("platform_undo", "subject_id", stays="An offer ends in ten minutes, and by the version."),
    Rule("platform_delivery", "subject_id", stays=RECORD),
    Rule("platform_event", "subject_id", stays=RECORD),
    Rule("platform_auditentry", "subject_id", stays=RECORD),
    Rule("platform_auditentry", "patient_ids", stays=RECORD),
)  # fmt: skip
