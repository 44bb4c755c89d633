"""The grants that the record knows. Each is held at a site."""

# Read the clinical record of a visit or a patient.
SEE = "clinical.see"
# Take vital signs and the intake, and ask about allergies.
ASSESS = "clinical.assess"
# Write notes, diagnoses, problems and background.
WRITE = "clinical.write"
# Sign and amend notes.
SIGN = "clinical.sign"
# Write and sign prescriptions; the practitioner's own rights are asked besides.
PRESCRIBE = "clinical.prescribe"
# Send a prescription back, or mark it dispensed: the pharmacy's side of it.
DISPENSE = "clinical.dispense"
# Change the clinic's own texts and see what was done without what ought to come before it.
OVERSEE = "clinical.oversee"
