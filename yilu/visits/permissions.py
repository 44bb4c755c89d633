"""The grants that visits know."""

SEE = "visits.see"
OPEN = "visits.open"
CLOSE = "visits.close"
HAND_OVER = "visits.hand_over"
