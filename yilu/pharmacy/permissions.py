"""The grants that the pharmacy knows. Each is held at a site."""

# See the worklist, the prescriptions and the labels.
SEE = "pharmacy.see"
# Judge whether a prescription may be dispensed, or send it back.
REVIEW = "pharmacy.review"
# Put the medicines together.
PICK = "pharmacy.pick"
# Check what somebody else put together.
CHECK = "pharmacy.check"
# Give medicines to the patient, and take them back.
HAND_OVER = "pharmacy.hand_over"
# Let the waiting medicines of a paid visit go ahead: what billing asks for.
RELEASE = "pharmacy.release"
