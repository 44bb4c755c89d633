"""How long somebody looks after a patient, unless the clinic says otherwise."""

from datetime import timedelta

RECENT_DAYS = 90
SHORTEST_DAYS, LONGEST_DAYS = 2, 3650
GLASS_MINUTES = 240
SHORTEST_MINUTES, LONGEST_MINUTES = 5, 1440
# The pathway `opening_review` says the same; a test holds them together.
REVIEW_WITHIN = timedelta(hours=24)
LONGEST_REASON = 500
SHORTEST_REASON = 4
# Who came within this time is a patient of the day, past midnight too.
OF_THE_DAY = timedelta(hours=36)
# The grounds that are no ties: a stated reason, and the record of one's own patient.
GLASS = "glass"
