"""What an actor may be granted in catalogue. Services and prices are public."""

SEE = "catalogue.see"
MANAGE = "catalogue.manage"
