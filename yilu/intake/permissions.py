"""The grants that intake knows. Each is held at a site."""

# See whether the questions were answered, and what to ask about.
SEE = "intake.see"
# Fill in the answers for a patient on the phone.
FILL = "intake.fill"
# Look at somebody who feels worse, set their level, and close the call: nurses and doctors.
ANSWER = "intake.answer"
