"""What becomes of partners' bookings when two records of one person are merged."""

from yilu.patients.merging import Rule, declare

declare(
    Rule("interop_partnerbooking"),
)
