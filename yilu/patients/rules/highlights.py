"""Which part of a name somebody typed, so that it can be marked."""

from yilu.patients.rules.text import fold

Parts = tuple[tuple[str, bool], ...]


def highlighted(name: str, tokens: tuple[str, ...]) -> Parts:
    """A name in pieces, each with whether it was asked for. A name read in pinyin has none."""
    marks = [any(fold(character) == token for token in tokens) for character in name]
    if not any(marks):
        marks = _beginnings(name, tokens)
    return _joined(name, marks)


def _beginnings(name: str, tokens: tuple[str, ...]) -> list[bool]:
    """For names in Latin letters: the beginning of each word that was typed."""
    marks, start = [False] * len(name), 0
    for word in name.split(" "):
        for token in tokens:
            if fold(word).startswith(token):
                marks[start : start + len(token)] = [True] * len(token)
        start += len(word) + 1
    return marks[: len(name)]


def _joined(name: str, marks: list[bool]) -> Parts:
    parts: list[tuple[str, bool]] = []
    for character, mark in zip(name, marks, strict=True):
        if parts and parts[-1][1] == mark:
            parts[-1] = (parts[-1][0] + character, mark)
        else:
            parts.append((character, mark))
    return tuple(parts)
