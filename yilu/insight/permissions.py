"""The grants that insight knows."""

SEE = "insight.see"
