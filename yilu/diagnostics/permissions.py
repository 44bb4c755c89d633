"""The grants that diagnostics knows. Each is held at a site."""

# See which examinations are asked for, booked and late.
SEE = "diagnostics.see"
# Ask for an examination, or take the request back.
ASK = "diagnostics.ask"
# Book the examinations of a patient as one trip, and place them anew.
BOOK = "diagnostics.book"
# Take specimens from patients.
COLLECT = "diagnostics.collect"
# Receive or refuse specimens, enter and correct results.
TEST = "diagnostics.test"
# Verify what somebody else entered, and release it.
VERIFY = "diagnostics.verify"
# Acknowledge critical values, note what was done, and mark reports as explained.
ANSWER = "diagnostics.answer"
# Receive patients for examinations, begin them after the safety check, give and assign images.
EXAMINE = "diagnostics.examine"
# Write the report of an examination.
REPORT = "diagnostics.report"
# Verify a report of an examination that somebody else wrote, and release it.
CONFIRM = "diagnostics.confirm"
# Print a report for the patient whom it is about, once they have said who they are.
PRINT = "diagnostics.print"
