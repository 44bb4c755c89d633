"""The grants that kiosks know. `USE` is a device's own; no post holds it."""

USE = "kiosk.use"
SET_UP = "kiosk.set_up"
