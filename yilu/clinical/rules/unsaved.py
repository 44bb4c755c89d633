"""What somebody is typing, put together with what others kept meanwhile. Nothing typed is lost."""

from collections.abc import Mapping

WORDS = ("chief_complaint", "since", "history", "medication", "escort")
CHOICES = ("pregnancy", "pregnancy_weeks")
UNASKED = {"pregnancy": "unknown"}
BETWEEN = "；"
Content = Mapping[str, object]


def put_together(began: Content, typed: Mapping[str, str], kept: Content) -> dict[str, object]:
    """The intake as its form should go on: `typed` began from `began`, now `kept` is on record.

    A field that was left alone takes what is kept. One that was typed in stays; where others
    changed its words as well, both stand in it, theirs behind.
    """
    said = {name: text.strip() for name, text in typed.items()}
    put: dict[str, object] = {**kept}
    for name in WORDS:
        put[name] = _joined(_text(began, name), said.get(name, ""), _text(kept, name))
    for name in CHOICES:
        if name in said and said[name] not in (_text(began, name), _text(kept, name)):
            put[name] = said[name]
    fall, fall_began = _falls(kept), _falls(began)
    for name, answer in said.items():
        item = name.removeprefix("fall-")
        if item != name and answer != fall_began.get(item, ""):
            fall[item] = answer
    put["fall"] = {item: said for item, said in fall.items() if said}
    return put


def _joined(began: str, typed: str, kept: str) -> str:
    if began in (typed, kept):
        return kept if typed == began else typed
    if typed in kept or kept in typed:
        return max(typed, kept, key=len)
    return f"{typed}{BETWEEN}{kept}"


def _text(content: Content, name: str) -> str:
    said = content.get(name, UNASKED.get(name))
    return "" if said is None else str(said)


def _falls(content: Content) -> dict[str, str]:
    fall = content.get("fall")
    return dict(fall) if isinstance(fall, dict) else {}
