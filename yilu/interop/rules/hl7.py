"""HL7 version 2 as analysers speak it: an ORU message read, and the answer to it."""

from dataclasses import dataclass

import hl7

LONGEST_VALUE = 40
MOST_RESULTS = 200


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
    """What a message says. `specimens`: every number by which the tube may be meant."""

    kind: str
    control_id: str
    sender: str
    version: str
    specimens: tuple[str, ...]
    results: tuple[Result, ...]
    text: str


def read(raw: bytes) -> Message:
    """What a message says. Raises: Unclear."""
    text = _text(raw)
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
    control = to.control_id if to else ""
    version = to.version if to and to.version else "2.5"
    said = why.replace("|", " ").replace("\r", " ").replace("\n", " ")[:80]
    to_whom = to.sender if to else ""
    head = f"MSH|^~\\&|YILU||{to_whom}||{made_at}||ACK|{control}A|P|{version}"
    lines = [f"{head}||||||UNICODE UTF-8", f"MSA|{code}|{control}|{said}"]
    return ("\r".join(lines) + "\r").encode("utf-8", "replace")


def _text(raw: bytes) -> str:
    """The message in letters: UTF-8, else GB18030, which every older Chinese machine speaks."""
    for letters in ("utf-8", "gb18030"):
        try:
            text = raw.decode(letters)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Unclear
        return text.replace("\r\n", "\r").replace("\n", "\r").strip("\r") + "\r"
    raise Unclear


def _field(segment: hl7.Segment, n: int) -> str:
    return str(segment[n]).strip() if len(segment) > n else ""


def _specimens(lines: hl7.Message) -> tuple[str, ...]:
    found = []
    for name, fields in (("OBR", (3, 2)), ("SPM", (2,)), ("SAC", (3,))):
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
