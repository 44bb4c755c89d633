"""Papers, QR codes, logs and what is refused at the start."""

import json
import logging
from decimal import Decimal

import pytest

from yilu.platform import guard, logs, pdf, qr
from yilu.platform.pdf import CannotPrint
from yilu.platform.running.failures import CannotRun


@pytest.fixture
def paper(monkeypatch, tmp_path):
    """Prints a template given as text."""
    folder = pdf.PACKAGE / "platform" / "papers"

    def make(source: str, render=pdf.render, **data: object) -> bytes:
        (tmp_path / "paper.typ").write_text((folder / "paper.typ").read_text())
        (tmp_path / "try.typ").write_text(f'#import "paper.typ": *\n{source}')
        monkeypatch.setattr(pdf, "PACKAGE", tmp_path)
        monkeypatch.setattr(pdf, "_source", lambda template: tmp_path / f"{template}.typ")
        return render("try", data)

    return make


def test_a_paper_is_the_same_bytes_every_time(paper):
    source = "#show: paper.with(title: data.title)\n= #data.title\n*#data.sum*"

    one, two = (paper(source, title="收据", sum=Decimal("12.50")) for _ in range(2))

    assert one == two
    assert one.startswith(b"%PDF-1.7")
    assert one.count(b"NotoSansSC") >= 2  # both weights are inside


@pytest.mark.parametrize(
    "source",
    ["#nothing", '#set text(font: "Comic Sans")\nx', "#data.missing", '#read("/etc/passwd")'],
)
def test_a_paper_that_is_not_right_does_not_leave_the_house(paper, source):
    with pytest.raises(CannotPrint):
        paper(source, title="x")


def test_a_paper_set_apart_is_the_same_and_as_strict(paper):
    source = "#show: paper.with(title: data.title)\n= #data.title"

    assert paper(source, pdf.render_apart, title="应急") == paper(source, title="应急")
    with pytest.raises(CannotPrint, match="unknown variable"):
        paper("#nothing", pdf.render_apart)


def test_what_people_typed_is_printed_and_not_run(paper):
    made = paper("#show: paper\n#data.name", name='#read("/etc/passwd") *x* $y$')

    assert made.startswith(b"%PDF")


def test_a_qr_code_is_a_drawing_of_its_own():
    drawn = qr.svg("https://yilu.invalid/v/abc", title="<visit>")

    assert drawn.startswith("<svg")
    assert "&lt;visit&gt;" in drawn


def log_line(record: logging.LogRecord) -> dict:
    return json.loads(logs.Lines().format(record))


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("yilu.x", logging.WARNING, "f", 1, message, args, None)
    made.__dict__.update(extra)
    return made


def test_a_log_line_holds_listed_keys_only():
    line = log_line(record("delivery_failed", subscriber="a.b", name="张三", phone="13800005678"))

    assert line["event"] == "delivery_failed"
    assert line["subscriber"] == "a.b"
    assert set(line) == {"at", "level", "logger", "event", "subscriber"}


def test_what_others_log_is_kept_without_its_values():
    line = log_line(record("Forbidden: %s", "/patients/张三"))

    assert line["event"] == "Forbidden: %s"


def test_an_exception_is_logged_without_its_words():
    made = record("job_failed")
    try:
        raise ValueError("patient 张三\nforged line")
    except ValueError as error:
        made.exc_info = (type(error), error, error.__traceback__)

    text = logs.Lines().format(made)

    assert "张三" not in text
    assert "\n" not in text
    assert json.loads(text)["error"] == "builtins.ValueError"


@pytest.mark.parametrize(
    "unsafe", [{"DEBUG": True}, {"SECRET_KEY": ""}, {"SECRET_KEY": "example" * 10}]
)
def test_unsafe_settings_do_not_start(settings, unsafe):
    settings.SECRET_KEY = "0123456789abcdef" * 4
    guard.require_safe_settings()
    for name, value in unsafe.items():
        setattr(settings, name, value)

    with pytest.raises(CannotRun):
        guard.require_safe_settings()
