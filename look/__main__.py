"""Take the pictures: of the server at `YILU_URL`, or of a demonstration started for it.

They are written as `var/look/<name>-<language>-<size>.png`. What can be measured to be wrong in
each is said; if anything is, it ends with 1.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from look import browser, deeds, measures
from look.pages import SHOTS
from look.people import People
from look.shots import Shot
from yilu.platform.running.browser import ensure
from yilu.platform.running.failures import CannotRun

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "var" / "look"
FIRST_START_SECONDS = 600
QUIET_MILLISECONDS = 700
# Until whoever had something to do at the moment when the clock stopped has done it.
SETTLING_SECONDS = 20
PATIENCE_MILLISECONDS = 15_000
WHOLE = """
() => {
  document.body.style.height = "auto";
  for (const each of document.querySelectorAll("body, .yl-main")) each.style.overflow = "visible";
}
"""


def main(arguments: list[str]) -> int:
    """Take the pictures that are asked for; 1 if anything is wrong in them."""
    parser = argparse.ArgumentParser(prog="python -m look", description=__doc__)
    parser.add_argument(
        "wanted", nargs="*", metavar="part", help="of the names of pictures; all without"
    )
    wanted = parser.parse_args(arguments).wanted
    shots = [s for s in SHOTS if not wanted or any(part in s.name for part in wanted)]
    PICTURES.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with _served() as people, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=ensure(bare=True), args=browser.flags()
        )
        for shot in shots:
            if all(people.knows(one) for one in (shot.role, shot.guest, shot.about)):
                wrong += _take_all(chromium, people, shot)
            else:
                _say(f"{shot.name}: nobody is there as {shot.role} {shot.guest} {shot.about}")
                wrong += 1
        chromium.close()
    return min(wrong, 1)


def _take_all(chromium: Browser, people: People, shot: Shot) -> int:
    wrong = 0
    for language in shot.languages:
        for size in shot.sizes:
            try:
                context = _context(chromium, people, shot.role, language, size)
            except PlaywrightError as error:
                _say(f"{shot.name}: {shot.role} cannot sign in: {str(error).splitlines()[0]}")
                wrong += 1
                continue
            wrong += _take(context, people, shot, language, size)
            context.close()
    return wrong


def _take(context: BrowserContext, people: People, shot: Shot, language: str, size: str) -> int:
    """One picture, and how many things are wrong in it."""
    name = f"{shot.name}-{language}-{size}"
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    broken: list[str] = []
    try:
        page.on("response", lambda answer: _note(answer, broken))
        page.goto(people.address + people.path(shot.path, shot.role, shot.about))
        if shot.guest:
            deeds.say_who(page, people.patients[shot.guest])
        if shot.deed:
            shot.deed(page)
        _settle(page)
        found = [*broken, *measures.faults(page, language)]
    except PlaywrightError as error:
        found = [*broken, f"cannot be reached: {str(error).splitlines()[0]}"]
    if shot.whole:
        page.evaluate(WHOLE)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=shot.whole)
    _say(f"var/look/{name}.png{'' if not found else ':'}")
    for fault in found:
        _say(f"    {fault}")
    return len(found)


def _note(answer: Response, broken: list[str]) -> None:
    if answer.status >= 500:
        broken.append(f"{answer.status} from {answer.url}")


def _settle(page: Page) -> None:
    page.evaluate("() => document.fonts.ready.then(() => null)")
    page.wait_for_timeout(QUIET_MILLISECONDS)


def _context(
    chromium: Browser, people: People, role: str, language: str, size: str
) -> BrowserContext:
    code, locale = browser.LANGUAGES[language]
    width, height = browser.SIZES[size]
    context = chromium.new_context(
        storage_state=people.state(chromium, role),
        viewport={"width": width, "height": height},
        device_scale_factor=2 if size == "phone" else 1,
        has_touch=size == "phone",
        locale=locale,
        reduced_motion="reduce",
    )
    cookie = {"name": "yilu_language", "value": code, "url": people.address}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context


@contextmanager
def _served() -> Iterator[People]:
    """Those who look at `YILU_URL`; or at a demonstration of our own, made now and thrown away.

    Its clock stands still in the middle of a morning, so that the same people are found at the same
    point of the day from the first picture to the last.
    """
    if named := os.environ.get("YILU_URL"):
        yield People(named.rstrip("/"), os.environ)
        return
    with tempfile.TemporaryDirectory(prefix="look-", dir=ROOT / "var") as home:
        port = _free_port()
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment |= {"YILU_HOME": home, "YILU_PORT": str(port)}
        command = [sys.executable, "-m", "yilu.config.cli"]
        server = subprocess.Popen(  # noqa: S603 (our own command)
            [*command, "up"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        try:
            _wait(server, port)
            slow = [*command, "manage", "demo_clock", "--speed", "0"]
            subprocess.run(slow, cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603
            time.sleep(SETTLING_SECONDS)
            yield People(f"http://127.0.0.1:{port}", environment)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + FIRST_START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        line = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            pass  # Not there yet.
        finally:
            line.close()
        time.sleep(0.5)
    raise SystemExit("The demonstration did not start: run “yilu doctor”.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except CannotRun as missing:
        raise SystemExit(str(missing)) from missing
