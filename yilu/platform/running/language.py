"""In which language the terminal speaks: that of the system, or the one named by YILU_LANGUAGE.

Whoever says something there takes `gettext` from the standard library, as argparse does. Until
`choose()` has run, as in the processes that serve pages, all of it is English.
"""

import gettext
import os
from contextlib import suppress

from yilu.platform.running import catalogues
from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import ROOT

CATALOGUES = ROOT / "yilu" / "platform" / "locale"
DOMAIN = "django"
ASKED = ("YILU_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def gettext_noop(sentence: str) -> str:
    """Mark a sentence that is said later."""
    return sentence


# What argparse says of itself.
ARGPARSE = (
    gettext_noop("usage: "),
    gettext_noop("options"),
    gettext_noop("show this help message and exit"),
    gettext_noop("%(prog)s: error: %(message)s\n"),
    gettext_noop("unrecognized arguments: %s"),
    gettext_noop("the following arguments are required: %s"),
    gettext_noop("positional arguments"),
    gettext_noop("argument %(argument_name)s: %(message)s"),
    gettext_noop("invalid %(type)s value: %(value)r"),
    gettext_noop("invalid choice: %(value)r (choose from %(choices)s)"),
    gettext_noop("expected one argument"),
)


def is_chinese() -> bool:
    """Whether the first of the settings that says a language says Chinese."""
    said = next((os.environ[name] for name in ASKED if os.environ.get(name)), "")
    return said.lower().startswith("zh")


def choose() -> None:
    """Speak the reader's language from now on. Without a catalogue it stays English."""
    if not is_chinese():
        return
    with suppress(CannotRun):  # What stands in the way is told by whoever cannot go on.
        catalogues.compile_stale()
    os.environ["LANGUAGE"] = "zh_Hans"
    gettext.bindtextdomain(DOMAIN, CATALOGUES)
    gettext.textdomain(DOMAIN)
