"""HL7 version 2 as analysers speak it: results and questions read, and the answers to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import hl7

LONGEST_VALUE = 40
MOST_RESULTS = 200
# MSH-18 by the letters of a message.
LETTERS = {"utf-8": "UNICODE UTF-8", "gb18030": "GB 18030-2000"}
_ESCAPED = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}


class Unclear(Exception):
    """These bytes are no message that we can read."""


@dataclass(frozen=True, slots=True)
class Result:
    """One measured value: by which codes it may be known, the value and its unit."""

    codes: tuple[str, ...]
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says. `specimens`: every number by which the tube may be meant.

    `letters`: in which it is written, and wants its answer.
    """

    kind: str
    control_id: str
    sender: str
    version: str
    specimens: tuple[str, ...]
    results: tuple[Result, ...]
    text: str
    letters: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is to be measured in a tube, and of whom. `tests`: code, name, and whose code it is."""

    number: str
    record_no: str
    name: str
    born_on: str
    sex: str
    is_urgent: bool
    collected_at: str
    tests: tuple[tuple[str, str, str], ...]


def read(raw: bytes) -> Message:
    """What a message says. Raises: Unclear."""
    text, letters = _text(raw)
    if not text.startswith("MSH|"):
        raise Unclear
    try:
        lines = hl7.parse(text)
        head = lines.segment("MSH")
        found = Message(
            kind=_field(head, 9).replace("&", "^")[:20],
            control_id=_field(head, 10)[:50],
            sender=_field(head, 3).partition("^")[0][:40],
            version=_field(head, 12)[:10],
            specimens=_specimens(lines),
            results=_results(lines),
            text=text,
            letters="gb18030" if _field(head, 18).startswith("GB") else letters,
        )
    except Unclear:
        raise
    except Exception as error:  # The parser raises what it likes on bytes made to break it.
        raise Unclear from error
    if not found.control_id or not found.sender:
        raise Unclear
    return found


def answer(to: Message | None, code: str, why: str, made_at: str) -> bytes:
    """The acknowledgement: AA taken, AE not taken, AR not for us."""
    return _told(to, "ACK", (code, why), made_at)


def orders(to: Message, ordered: Ordered | None, made_at: str) -> bytes:
    """The answer to which tests a tube is for (ORR^O02); AR where there is nothing to measure."""
    if ordered is None:
        return _told(to, "ORR^O02", ("AR", "no order"), made_at)
    kept = Ordered(*(_plain(getattr(ordered, one)) for one in ordered.__slots__))
    priority = "S" if kept.is_urgent else "R"
    lines = [f"PID|1||{kept.record_no}||{kept.name}||{kept.born_on}|{kept.sex}"]
    for n, (code, name, system) in enumerate(kept.tests, 1):
        lines.append(f"ORC|AF|{kept.number}|{kept.number}")
        what = f"{code}^{name}^{system}"
        lines.append(f"OBR|{n}|{kept.number}|{kept.number}|{what}|{priority}||{kept.collected_at}")
    return _told(to, "ORR^O02", ("AA", ""), made_at, lines)


def _told(
    to: Message | None, kind: str, said: tuple[str, str], made_at: str, lines: Sequence[str] = ()
) -> bytes:
    code, why = said
    control = to.control_id if to else ""
    version = to.version if to and to.version else "2.5"
    letters = to.letters if to else "utf-8"
    plain = why.replace("|", " ").replace("\r", " ").replace("\n", " ")[:80]
    to_whom = to.sender if to else ""
    head = f"MSH|^~\\&|YILU||{to_whom}||{made_at}||{kind}|{control}A|P|{version}"
    whole = [f"{head}||||||{LETTERS[letters]}", f"MSA|{code}|{control}|{plain}", *lines]
    return ("\r".join(whole) + "\r").encode(letters, "replace")


def _plain(said: Any) -> Any:
    """Words in which nothing is taken for a separator; tests one by one."""
    if isinstance(said, tuple):
        return tuple(_plain(one) for one in said)
    if not isinstance(said, str):
        return said
    return "".join(_ESCAPED.get(one, one) for one in said if one.isprintable())


def _text(raw: bytes) -> tuple[str, str]:
    """The message, and in which letters: UTF-8, else GB18030, as every older Chinese machine."""
    for letters in ("utf-8", "gb18030"):
        try:
            text = raw.decode(letters)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Unclear
        return text.replace("\r\n", "\r").replace("\n", "\r").strip("\r") + "\r", letters
    raise Unclear


def _field(segment: hl7.Segment, n: int) -> str:
    return str(segment[n]).strip() if len(segment) > n else ""


def _specimens(lines: hl7.Message) -> tuple[str, ...]:
    found = []
    for name, fields in (("OBR", (3, 2)), ("SPM", (2,)), ("SAC", (3,)), ("ORC", (3, 2))):
        for segment in [one for one in lines if str(one[0]) == name]:
            found += [_field(segment, n).partition("^")[0] for n in fields]
    return tuple(dict.fromkeys(one[:40] for one in found if one))


def _results(lines: hl7.Message) -> tuple[Result, ...]:
    rows = [one for one in lines if str(one[0]) == "OBX"]
    if len(rows) > MOST_RESULTS:
        raise Unclear
    found = []
    for row in rows:
        code = _field(row, 3).replace("^", "~").split("~")
        value = _field(row, 5)
        if value and len(value) <= LONGEST_VALUE:
            codes = tuple(dict.fromkeys(one.strip() for one in code if one.strip()))
            found.append(Result(codes, value, _field(row, 6).partition("^")[0]))
    return tuple(found)
