"""What an actor may be granted in reception."""

SEE = "reception.see"
CHECK_IN = "reception.check_in"
WALK_IN = "reception.walk_in"
FINISH = "reception.finish"
