"""Take the pictures: of the server at `YILU_URL`, or of a demonstration started for it.

`python -m look [part of a name …]` writes `var/look/<name>-<language>-<size>.png`, says what can be
measured to be wrong in each, and ends with 1 if anything is.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from look import browser, measures
from look.pages import SHOTS, Shot
from yilu.platform.running.browser import ensure
from yilu.platform.running.failures import CannotRun

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "var" / "look"
FIRST_START_SECONDS = 300
QUIET_MILLISECONDS = 700
WHOLE = """
() => {
  document.body.style.height = "auto";
  for (const each of document.querySelectorAll("body, .yl-main")) each.style.overflow = "visible";
}
"""


def main(wanted: list[str]) -> int:
    """Take every picture whose name holds one of `wanted`; all without any."""
    shots = [s for s in SHOTS if not wanted or any(part in s.name for part in wanted)]
    PICTURES.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with _served() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=ensure(), args=browser.flags())
        people = _sign_ins()
        for shot in shots:
            if shot.role and shot.role not in people:
                _say(f"{shot.name}: nobody signs in as {shot.role}")
                wrong += 1
                continue
            wrong += _take_all(chromium, address, shot, people.get(shot.role))
        chromium.close()
    return min(wrong, 1)


def _take_all(chromium: Browser, address: str, shot: Shot, person: dict[str, str] | None) -> int:
    wrong = 0
    for language in shot.languages:
        for size in shot.sizes:
            context = _context(chromium, address, language, size)
            if person:
                _sign_in(context, address, person)
            wrong += _take(context, f"{address}{shot.path}", shot, language, size)
            context.close()
    return wrong


def _take(context: BrowserContext, url: str, shot: Shot, language: str, size: str) -> int:
    """One picture, and how many things are wrong in it."""
    page = context.new_page()
    page.goto(url)
    if shot.deed:
        shot.deed(page)
    _settle(page)
    found = measures.faults(page, language)
    if shot.whole:
        page.evaluate(WHOLE)
    picture = PICTURES / f"{shot.name}-{language}-{size}.png"
    page.screenshot(path=picture, full_page=shot.whole)
    _say(f"{picture.relative_to(ROOT)}{'' if not found else ':'}")
    for fault in found:
        _say(f"    {fault}")
    return len(found)


def _settle(page: Page) -> None:
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.wait_for_timeout(QUIET_MILLISECONDS)


def _context(chromium: Browser, address: str, language: str, size: str) -> BrowserContext:
    code, locale = browser.LANGUAGES[language]
    width, height = browser.SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2 if size == "phone" else 1,
        has_touch=size == "phone",
        locale=locale,
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "yilu_language", "value": code, "url": address}])
    return context


def _sign_in(context: BrowserContext, address: str, person: dict[str, str]) -> None:
    """Sign in as people do, by the form."""
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("input[name=number]", person["number"])
    page.fill("input[name=password]", person["password"])
    page.click("main form.yl-in-box button[type=submit]")
    page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")
    page.close()


def _sign_ins() -> dict[str, dict[str, str]]:
    """The demonstration's sign-ins by post: `{"front_desk": {"number": …, "password": …}}`."""
    command = [sys.executable, "-m", "yilu.config.cli", "manage", "demo_signins", "--json"]
    done = subprocess.run(  # noqa: S603 (our own command)
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    try:
        found: dict[str, dict[str, str]] = json.loads(done.stdout)
    except ValueError:
        return {}
    return found


@contextmanager
def _served() -> Iterator[str]:
    """The address to look at: `YILU_URL`, or a demonstration that ends with us."""
    if named := os.environ.get("YILU_URL"):
        yield named.rstrip("/")
        return
    port = _free_port()
    command = [sys.executable, "-m", "yilu.config.cli", "up"]
    server = subprocess.Popen(  # noqa: S603 (our own command)
        command, cwd=ROOT, env={**os.environ, "YILU_PORT": str(port)}, stdout=subprocess.DEVNULL
    )
    try:
        _wait(server, port)
        yield f"http://127.0.0.1:{port}"
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
            time.sleep(0.5)
        finally:
            line.close()
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
