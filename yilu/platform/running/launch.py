"""Becomes the program named on its command line, which then ends when its parent does.

Run as a script by `children.py`: a process that is killed outright cannot stop its children.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(program: list[str], parent: int) -> None:
    """Replace this process. Ends at once when the parent has died meanwhile."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - the program is one of ours


if __name__ == "__main__":
    main(sys.argv[2:], int(sys.argv[1]))
