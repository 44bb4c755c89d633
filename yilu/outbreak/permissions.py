"""What an actor may be granted about outbreaks."""

SEE = "outbreak.see"
SCREEN = "outbreak.screen"
SWITCH = "outbreak.switch"
DRILL = "outbreak.drill"
TRACE = "outbreak.trace"
REPORT = "outbreak.report"
SET_UP = "outbreak.set_up"
