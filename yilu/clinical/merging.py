"""What becomes of the record when two records of one person are merged.

What is written once stays as it is written: only whose it is changes, and the database lets a
merge do that and nothing else.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.patients.merging import Rule, declare

declare(
    # The same substance twice is one allergy; the other row is history under the alias.
    Rule(
        "clinical_allergy",
        says=_("Allergies"),
        clash="theirs.substance = mine.substance"
        " AND theirs.status = 'active' AND mine.status = 'active'",
    ),
    # "None known" is not said of somebody for whom the other record knows an allergy.
    Rule("clinical_allergystatement"),
    Rule(
        "clinical_problem",
        says=_("Problems"),
        clash="theirs.text = mine.text AND theirs.status = 'active' AND mine.status = 'active'",
    ),
    # Numbered versions, of which the last counts: two histories need a doctor to make one.
    Rule("clinical_background", says=_("Medical history"), clash="true"),
    Rule("clinical_oxygentarget", clash="theirs.ended_at IS NULL AND mine.ended_at IS NULL"),
    Rule("clinical_vitalsigns", says=_("Vital signs")),
    Rule("clinical_scoreresult"),
    Rule("clinical_riskassessment", says=_("Risk scores")),
    Rule("clinical_intake"),
    Rule("clinical_note", says=_("Notes")),
    Rule("clinical_diagnosis", says=_("Diagnoses")),
    Rule("clinical_exemption"),
    Rule("clinical_procedure", says=_("Procedures")),
    Rule("clinical_observation"),
    Rule("clinical_listening"),
    Rule("clinical_opinion", says=_("Opinions of colleagues")),
    Rule("clinical_casediscussion", says=_("Case discussions")),
    Rule("clinical_treatmentplan", says=pgettext_lazy("treatment", "Treatment plans")),
    Rule("clinical_treatmentconsent", says=_("Treatment consents")),
    Rule("clinical_prescription", says=_("Prescriptions")),
)
