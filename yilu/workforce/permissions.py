"""What an actor may be granted in workforce."""

SEE = "workforce.see"
MANAGE = "workforce.manage"
