"""The result of looking at one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so. `found` is what is; `mend` is what to do when it is not so."""

    name: str
    ok: bool
    found: str
    mend: str = ""
