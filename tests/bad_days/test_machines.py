"""The process that answers machines, supervised as `yilu up` does it, and others' clients.

The clients are those of pynetdicom and python-hl7, as programs or sender, not our own code.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from hl7.client import MLLPClient
from pydicom import dcmread

from tests.browser.served import PATIENCE, ROOT, environment, free_port
from yilu.diagnostics.models import LabReport, StudyImage
from yilu.diagnostics.tests.lab_factories import make_lab, taken, tube
from yilu.diagnostics.tests.study_factories import begun, dicom, make_post, study
from yilu.interop.tests.test_devices import HERE, known, oru, question_of
from yilu.platform.running.children import Child

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


class Machines:
    """The supervised process, and its two ports."""

    def __init__(self) -> None:
        self.dicom, self.hl7 = free_port(), free_port()
        place = {"YILU_DICOM_PORT": self.dicom, "YILU_HL7_PORT": self.hl7}
        settings = environment({name: str(port) for name, port in place.items()})
        command = [sys.executable, str(ROOT / "manage.py"), "devices"]
        self.said: list[str] = []
        self.child = Child("devices", command, settings | {"YILU_CHILD_OF": ""}, self.said.append)
        self._over = Event()
        self._watching = Thread(target=self._watch)

    def __enter__(self) -> "Machines":
        self._watching.start()
        return self

    def __exit__(self, *wrong: object) -> None:
        self._over.set()
        self._watching.join()
        self.child.ask_to_stop()
        self.child.wait(monotonic() + 10)

    def kill(self) -> None:
        """End the process without a word of warning."""
        process = self.child.process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)

    def client(self, program: str, *options: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run one of pynetdicom's programs as the device DR1."""
        names = ("-aet", "DR1", "-aec", "YILU")
        line = [sys.executable, "-m", "pynetdicom", program, HERE, str(self.dicom), *names]
        return subprocess.run(  # noqa: S603 (a client that came with a library)
            [*line, *options], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
        )

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.child.watch(monotonic())


@pytest.fixture
def machines() -> Iterator[Machines]:
    with Machines() as running:
        yield running


def until(answered: Callable[[], bool]) -> None:
    """Ask until it is so."""
    end = monotonic() + PATIENCE
    while not answered():
        assert monotonic() < end


@pytest.mark.covers("D03")
def test_clients_that_others_wrote_speak_to_the_process_which_is_killed_and_comes_back(
    machines: Machines, tmp_path: Path
):
    post = make_post()
    row = study(begun(post))
    known(post.room.site_id)
    lab = make_lab()
    known(lab.room.site_id, "hl7", "SYSMEX")
    [specimen] = taken(lab, "electrolytes")
    number = tube(specimen).number
    files = []
    for n in range(2):
        files.append(tmp_path / f"{n}.dcm")
        files[n].write_bytes(dicom(row.pk))

    def echoed() -> bool:
        return machines.client("echoscu", cwd=tmp_path).returncode == 0

    until(echoed)
    step = "ScheduledProcedureStepSequence[0].Modality=DX"
    asked = machines.client("findscu", "-W", "-w", "-k", step, "-k", "PatientName=", "-k",
                            "AccessionNumber=", cwd=tmp_path)  # fmt: skip
    found = dcmread(BytesIO((tmp_path / "rsp000001.dcm").read_bytes()), force=True)
    assert (asked.returncode, found.AccessionNumber) == (0, row.accession)
    assert machines.client("storescu", str(files[0]), cwd=tmp_path).returncode == 0
    with MLLPClient(HERE, machines.hl7) as analyser:
        told = analyser.send_message(question_of(number).decode())

    machines.kill()
    until(lambda: bool(machines.said))
    until(echoed)
    assert machines.client("storescu", str(files[1]), cwd=tmp_path).returncode == 0
    with MLLPClient(HERE, machines.hl7) as analyser:
        taken_in = analyser.send_message(oru(number))

    assert f"OBR|1|{number}|".encode() in told
    assert b"MSA|AA|M1|" in taken_in
    assert StudyImage.objects.filter(study_id=row.pk).count() == 2
    assert LabReport.objects.get().values.count() == 6
