"""The grants that patients knows."""

SEE = "patients.see"
REGISTER = "patients.register"
CHANGE = "patients.change"
SEE_ALL = "patients.see_all"
MERGE = "patients.merge"
