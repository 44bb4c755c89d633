"""The grants that the platform knows."""

KEEP = "platform.keep"
