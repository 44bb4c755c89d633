"""Reading a page as a browser does: its forms, with what stands in their fields."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

NO = "no"


@dataclass(slots=True)
class Form:
    """A form: where it goes, what it would send as it is, and what could be ticked or chosen."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    boxes: list[tuple[str, str]] = field(default_factory=list)

    def all_of(self, name: str) -> list[str]:
        """The values of every box of a name."""
        return [value for box, value in self.boxes if box == name]

    def denied(self) -> dict[str, str]:
        """No to every question that the form asks."""
        return {box: NO for box, value in self.boxes if box.startswith("q-") and value == NO}


def forms_of(html: str) -> list[Form]:
    """Every form of a page or part."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._text: str = ""
        self._select: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(said.get("hx-post") or said.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text and self._form is not None:
            self._form.fields[self._text] += data

    def _field(self, form: Form, tag: str, said: dict[str, str]) -> None:
        name = said.get("name", "")
        match tag:
            case "textarea":
                self._text = name
                form.fields[name] = ""
            case "select":
                self._select = name
            case "option" if self._select:
                form.choices.setdefault(self._select, []).append(said.get("value", ""))
                # The first stands unless another is marked, as in a browser.
                if "selected" in said or self._select not in form.fields:
                    form.fields[self._select] = said.get("value", "")
            case "input" if name and said.get("type") in {"checkbox", "radio"}:
                form.boxes.append((name, said.get("value", "on")))
                if "checked" in said:
                    form.fields[name] = said.get("value", "on")
            case "input" if name:
                form.fields[name] = said.get("value", "")
