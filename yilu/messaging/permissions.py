"""The grants that messaging knows."""

SEE = "messaging.see"
SEND = "messaging.send"
EDIT = "messaging.edit"
