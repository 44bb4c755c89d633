"""The one way in which bringing Yilu up fails."""


class CannotRun(Exception):
    """Something outside Yilu is in the way.

    The message is one sentence for the person at the terminal: what is wrong and how to mend it.
    The command line prints it without a traceback and leaves with a non-zero status.
    """


class PortTaken(CannotRun):
    """Another program has the port, or it may not be used."""
