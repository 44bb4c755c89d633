"""The grants that the downtime kit knows."""

SEE = "downtime.see"
ENTER = "downtime.enter"
