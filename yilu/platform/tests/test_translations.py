"""The check of the Chinese catalogues, on small products made for it."""

from pathlib import Path

import pytest

from yilu.platform import translations

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def product(folder: Path, code: str, catalogue: str, template: str = "") -> Path:
    app = folder / "tea"
    locale = app / "locale" / "zh_Hans" / "LC_MESSAGES"
    locale.mkdir(parents=True)
    (app / "errors.py").write_text(code)
    (app / "page.html").write_text(template)
    (locale / "django.po").write_text(HEADER + catalogue)
    return folder


def entry(english: str, chinese: str, mark: str = "") -> str:
    return f'{mark}msgid "{english}"\nmsgstr "{chinese}"\n\n'


def said(folder: Path) -> list[str]:
    return [str(mistake) for mistake in translations.mistakes(folder)]


def test_a_complete_catalogue_has_no_mistakes(tmp_path):
    code = 'from django.utils.translation import gettext as _\n_("Tea for %(name)s")\n'
    template = "{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}"
    po = entry("Tea for %(name)s", "给%(name)s的茶") + entry("Hello %(name)s", "%(name)s您好")

    assert said(product(tmp_path, code, po, template)) == []


@pytest.mark.parametrize(
    ("catalogue", "mistake"),
    [
        ("", "tea/errors.py:1: no Chinese for: 'Two %(cups)s'"),
        (entry("Two %(cups)s", ""), "tea: empty: 'Two %(cups)s'"),
        (entry("Two %(cups)s", "两%(cups)s", "#, fuzzy\n"), "tea: marked fuzzy: 'Two %(cups)s'"),
        (
            entry("Two %(cups)s", "两%(cup)s"),
            "tea: other placeholders in “两%(cup)s” than in: 'Two %(cups)s'",
        ),
        (
            entry("Two %(cups)s", "两%(cups)s") + entry("Three", "三"),
            "tea: nothing says: 'Three'",
        ),
    ],
)
def test_each_mistake_is_named_with_its_place(tmp_path, catalogue, mistake):
    assert said(product(tmp_path, '_("Two %(cups)s")', catalogue)) == [mistake]


def test_a_sentence_in_a_template_is_found(tmp_path):
    folder = product(tmp_path, "", "", '<p>{% translate "Tea" %}</p>')
    assert said(folder) == ["tea/page.html:1: no Chinese for: 'Tea'"]


def test_a_sentence_that_stands_twice_in_a_catalogue_is_named(tmp_path):
    marked = 'msgctxt "verb"\n' + entry("Tea", "沏茶")
    twice = entry("Tea", "茶") + marked + entry("Tea", "茶水")
    code = '_("Tea")\npgettext("verb", "Tea")'

    found = said(product(tmp_path, code, twice))

    assert "tea: twice in one file: 'Tea'" in found


def test_a_context_makes_another_sentence(tmp_path):
    folder = product(tmp_path, 'pgettext("verb", "Book")\n_("Book")', entry("Book", "书"))
    assert said(folder) == ["tea/errors.py:1: no Chinese for: 'Book'"]


def test_of_a_plural_pair_one_chinese_sentence_is_enough(tmp_path):
    po = 'msgid "One cup"\nmsgid_plural "%(n)s cups"\nmsgstr[0] "%(n)s杯"\n'
    folder = product(tmp_path, 'ngettext("One cup", "%(n)s cups", 2)', po)
    assert said(folder) == []
