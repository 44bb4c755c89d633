"""What an actor may be granted in facility. Sites, hours and places are no secret: all may read."""

MANAGE = "facility.manage"
