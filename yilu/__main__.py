"""`python -m yilu`: the same as the command `yilu`."""

import sys

from yilu.config.cli import main

if __name__ == "__main__":
    sys.exit(main())
