"""Every text of the interface is there in every language that is shipped, and no text stands in a template."""

import re
from pathlib import Path

import pytest

from app.config import ROOT
from app.i18n.catalogues import merge, translated
from app.i18n.extract import ROOMS, missing, used
from app.i18n.languages import SOURCE
from app.web.forms import OWN_MESSAGES

SHIPPED = [SOURCE / "fr"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
TEMPLATES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("templates/**/*.html"))
NOT_TEXT = re.compile(
    r"[\w-]+=\"[^\"]*\"|\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<(script|style|title)\b.*?</\1>|<[^>]*>|&\w+;|FR|ع", re.S
)
TRANSLATED = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.S)
NO_BREAK, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_every_text_is_translated(folder: Path):
    assert missing(ROOT, folder) == []
    catalog = merge(folder)
    assert [text for text in set(OWN_MESSAGES.values()) if text not in catalog] == []


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_every_translation_is_used(folder: Path):
    asked = {text if isinstance(text, str) else text[0] for text, _file in used(ROOT)} | set(OWN_MESSAGES.values())
    texts = [message.id if isinstance(message.id, str) else message.id[0] for message in merge(folder) if message.id]
    assert [text for text in texts if text not in asked] == []


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_translations_keep_the_placeholders(folder: Path):
    for message in merge(folder):
        if not message.id:
            continue
        assert translated(message)
        plural = isinstance(message.id, tuple | list)
        wanted = placeholders(message.id[-1] if plural else message.id)
        for form in message.string if plural else [message.string]:
            lacking, strange = wanted - placeholders(form), placeholders(form) - wanted
            assert not strange, form
            assert not lacking or plural, form  # "One answer" needs no figure.


def test_english_is_set_as_english():
    asked = {form for text, _file in used(ROOT) for form in ([text] if isinstance(text, str) else text)}
    assert [text for text in asked if re.search(r"\d,\d{1,2}(?!\d)|\d [%:;?]", text)] == [], "2.5 and 90%"


def test_french_is_set_as_french():
    for message in merge(SOURCE / "fr"):
        for form in message.string if isinstance(message.string, tuple | list) else [message.string]:
            if not message.id:
                continue
            assert "'" not in form, f"typographic apostrophe: {form}"
            assert not re.search(rf"[^{NARROW}{NO_BREAK}][;!?](?![\w=#])", form), f"U+202F before ; ! ?: {form}"
            assert not re.search(rf"[^{NO_BREAK}\d]:(?=\s|$)", form), f"U+00A0 before a colon: {form}"
            assert not re.search(r"«[^\u202f]|[^\u202f]»", form), f"U+202F inside « »: {form}"
            assert not re.search(rf"[^{NO_BREAK}]%%|\d%| %(?!\()", form), f"U+00A0 before %: {form}"
            assert "!" not in form, f"no exclamation mark: {form}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_stands_in_a_template(template: Path):
    source = TRANSLATED.sub("", template.read_text(encoding="utf-8"))
    left = NOT_TEXT.sub(" ", source)
    assert re.findall(r"[^\W\d_]{2,}", left) == []


def placeholders(text: str) -> set[str]:
    """The names a text fills in."""
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}
