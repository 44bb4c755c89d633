"""What an actor may be granted in billing."""

SEE = "billing.see"
CHARGE = "billing.charge"
TAKE = "billing.take_payment"
REFUND = "billing.refund"
SEE_TAKINGS = "billing.see_takings"
