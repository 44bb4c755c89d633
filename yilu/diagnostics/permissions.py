"""The grants that diagnostics knows. Each is held at a site."""

# See which examinations are asked for, booked and late.
SEE = "diagnostics.see"
# Ask for an examination, or take the request back.
ASK = "diagnostics.ask"
# Book the examinations of a patient as one trip, and place them anew.
BOOK = "diagnostics.book"
