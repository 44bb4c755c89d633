"""Who looks: staff by their sign-ins, patients by the phones that the demonstration names.

Everybody signs in once, as people do, by the form; their cookies serve all further pictures.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, StorageState

ROOT = Path(__file__).parents[1]
KIOSK, MANAGER = "kiosk", "manager"
"""A kiosk is opened by its link, which a manager has made anew."""
PATIENT = "patient_"
"""Roles that begin so are patients at a point of the day: `patient_waiting`, `patient_paying` …"""


@dataclass(slots=True)
class People:
    """Everybody whom the demonstration knows, and the cookies of those who have signed in."""

    address: str
    environment: Mapping[str, str]
    staff: dict[str, dict[str, str]] = field(default_factory=dict)
    patients: dict[str, dict[str, str]] = field(default_factory=dict)
    site: str = ""
    _states: dict[str, StorageState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.staff = self._told("demo_signins", "--json")
        cast = self._told("demo_cast", "--json")
        self.patients, self.site = cast.get("people", {}), cast.get("site", "")

    def knows(self, role: str) -> bool:
        """Whether somebody can be found in this role now; "" is a stranger."""
        if role == KIOSK:
            return MANAGER in self.staff
        return not role or role in self.staff or role.removeprefix(PATIENT) in self.patients

    def path(self, path: str, role: str, about: str = "") -> str:
        """An address with the site and the visit or booking of the patient filled in."""
        subject = self.patients.get(about or role.removeprefix(PATIENT), {}).get("subject", "")
        return path.format(site=self.site, subject=subject)

    def state(self, chromium: Browser, role: str) -> StorageState | None:
        """The cookies of somebody who has signed in; None for a stranger."""
        if not role:
            return None
        if role not in self._states:
            opened = self._open_kiosk if role == KIOSK else self._sign_in
            self._states[role] = opened(chromium, role)
        return self._states[role]

    def _sign_in(self, chromium: Browser, role: str) -> StorageState:
        context = chromium.new_context()
        page = context.new_page()
        page.set_default_timeout(15_000)
        if role.startswith(PATIENT):
            page.goto(f"{self.address}/my/sign-in")
            page.fill("input[name=phone]", self.patients[role.removeprefix(PATIENT)]["phone"])
            page.click("main button.btn-primary")
            page.fill("input[name=code]", page.locator(".yl-note b").inner_text())
            page.click("main button.btn-primary")
        else:
            page.goto(f"{self.address}/sign-in")
            page.fill("input[name=number]", self.staff[role]["number"])
            page.fill("input[name=password]", self.staff[role]["password"])
            page.click("main form.yl-in-box button[type=submit]")
        page.wait_for_url(lambda url: not urlsplit(url).path.endswith("/sign-in"))
        state = context.storage_state()
        context.close()
        return state

    def _open_kiosk(self, chromium: Browser, role: str) -> StorageState:
        manager = chromium.new_context(storage_state=self.state(chromium, MANAGER))
        page = manager.new_page()
        page.goto(f"{self.address}/kiosk/devices")
        page.locator("[hx-post$='/link']").first.click()
        link = page.locator("#dialog output").inner_text()
        manager.close()
        context = chromium.new_context()
        context.new_page().goto(link)
        state = context.storage_state()
        context.close()
        return state

    def _told(self, *command: str) -> dict[str, Any]:
        """What a command of the demonstration answers; nothing where it refuses."""
        done = subprocess.run(  # noqa: S603 (our own command)
            [sys.executable, "-m", "yilu.config.cli", "manage", *command],
            cwd=ROOT, env=dict(self.environment), capture_output=True, text=True, check=False,
        )  # fmt: skip
        try:
            said: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            return {}
        return said
