"""How much memory the processes of the product use: PSS, which counts shared pages once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

EVERY = 0.5
PROC = Path("/proc")


@dataclass
class Memory:
    """The most that was seen at one moment, in MB: in all, and then by kind of process."""

    total: float = 0.0
    by_kind: dict[str, float] = field(default_factory=dict)
    is_paused: bool = False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Look away while something else than the product uses the database."""
        self.is_paused = True
        try:
            yield
        finally:
            self.is_paused = False

    def look(self, roots: dict[str, int]) -> None:
        """Take one look at the processes below these."""
        if self.is_paused:
            return
        children = _children()
        now = {kind: _pss(pid, children) / 1024 for kind, pid in roots.items()}
        if sum(now.values()) > self.total:
            self.total, self.by_kind = sum(now.values()), now


@contextmanager
def watching(roots: dict[str, int]) -> Iterator[Memory]:
    """Look again and again for as long as the block lasts."""
    seen, over = Memory(), threading.Event()

    def watch() -> None:
        seen.look(roots)
        while not over.wait(EVERY):
            seen.look(roots)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def parent_of(pid: int) -> int:
    """The process that started this one."""
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[1])


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                found.setdefault(parent_of(int(entry.name)), []).append(int(entry.name))
            except OSError:
                continue
    return found


def _pss(pid: int, children: dict[int, list[int]]) -> int:
    below = sum(_pss(child, children) for child in children.get(pid, []))
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return below
    return below + sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
