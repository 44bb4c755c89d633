"""What stands around a staff page: who, where, and the way to the other workspaces.

The platform draws the shell; which workspaces there are is known only to the highest
apps, so they name a function in `settings.YILU_SHELL` that answers with a `Shell`.
"""

from dataclasses import dataclass, field

DISPLAYS = {"normal": "", "comfort": "yl-comfort", "large": "yl-large"}
"""Sizes a reader may choose, and the class of the page that makes each."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One workspace of a post. `count` is what waits there for this person; none is not shown."""

    url: str
    icon: str
    label: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """A site and post at which this person works today; `key` is what choosing it sends."""

    key: str
    site: str
    post: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the staff shell shows besides the page itself. An empty url hides its control.

    What `alarms_url` answers stands above every page at once when one of `alarms_topics` changes;
    `report_url` is the dialog in which somebody raises an alarm. What `coming_url` answers stands
    below the alarms in the same way: what is on its way to whoever reads the page.
    """

    group: str = ""
    site: str = ""
    post: str = ""
    person: str = ""
    role: str = ""
    menu: list[MenuItem] = field(default_factory=list)
    help_url: str = ""
    search_url: str = ""
    lock_url: str = ""
    sign_out_url: str = ""
    profile_url: str = ""
    lock_after_seconds: int = 0
    places: list[SiteChoice] = field(default_factory=list)
    place_url: str = ""
    alarms_url: str = ""
    alarms_topics: tuple[str, ...] = ()
    coming_url: str = ""
    coming_topics: tuple[str, ...] = ()
    report_url: str = ""
    report_label: str = ""

    @property
    def initial(self) -> str:
        return self.person[:1]
