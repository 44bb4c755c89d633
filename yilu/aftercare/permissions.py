"""The grants that aftercare knows."""

SEE = "aftercare.see"
CALL = "aftercare.call"
