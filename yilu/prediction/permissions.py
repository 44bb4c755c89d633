"""The grants that prediction knows."""

SEE = "prediction.see"
CALL = "prediction.call"
OPEN_PLACES = "prediction.open_places"
