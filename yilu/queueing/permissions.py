"""The grants that queueing knows."""

SEE = "queueing.see"  # The boards, with patients.
SHOW = "queueing.show"  # A wall screen: numbers and masked names, nothing else.
ISSUE = "queueing.issue"
CALL = "queueing.call"
MOVE = "queueing.move"  # Out of turn, with a reason.
SET_UP = "queueing.set_up"  # Queues, stations, rules and screens.
EXPLAIN = "queueing.explain"  # Why somebody waits so long, and what is offered to them.
REPORT = "queueing.report"  # Which waits were too long, and why; how true forecasts were.
