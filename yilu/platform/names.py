"""Names that are shown in the reader's language: what a clinic types, and how people are called."""

from dataclasses import dataclass

from django.utils.translation import get_language

CHINESE, ENGLISH = "zh-Hans", "en"


def reader_is_english() -> bool:
    """Whether the reader of this page or answer reads English."""
    return (get_language() or "").startswith("en")


class Localized(dict[str, str]):
    """What a clinic typed, by language. As text: the reader's language, else any that is there."""

    def __str__(self) -> str:
        first, second = (ENGLISH, CHINESE) if reader_is_english() else (CHINESE, ENGLISH)
        return self.get(first) or self.get(second) or next(iter(self.values()), "")

    def __html__(self) -> str:
        from_text = str(self)
        return (
            from_text.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace('"', "&quot;")
            .replace("'", "&#x27;")
        )


@dataclass(frozen=True, slots=True)
class PersonName:
    """How a person is called: one name as written, and its pinyin, which English readers see."""

    written: str
    pinyin: str = ""

    def __str__(self) -> str:
        return self.pinyin if reader_is_english() and self.pinyin else self.written
