"""Free text: what it may run (nothing), how it comes back (as typed), how searches compare it."""

import json
import re
import time
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.text import (
    ATTRIBUTES,
    LONGEST,
    LONGEST_LINE,
    SCHEMES,
    TAGS,
    clean_line,
    clean_text,
    fold,
    plain,
    render,
    says_nothing,
)

LONG = 19_990
BOMBS = {
    "stars": "*" * LONG,
    "open emphasis": "*a **b _c " * (LONG // 10),
    "brackets": "[" * LONG,
    "few brackets": "[" * 599,
    "footnotes": "[^" * 599,
    "nested links": "[a" * 300 + "](b)" * 300,
    "pictures": "![" * (LONG // 2),
    "ticks": "`a" * (LONG // 2),
    "quotes": "> " * (LONG // 2),
    "shallow quotes": (">" * 11 + "a\n") * 1_600,
    "nested lists": "".join("  " * deep + "- a\n" for deep in range(135)),
    "nested lists by four": "".join("    " * deep + "- a\n" for deep in range(95)),
    "headings": "a\n=\n" * (LONG // 4),
    "rules": "---\n" * (LONG // 4),
    "fences": "```\n" * (LONG // 4),
    "tables": "a|b\n-|-\n" * (LONG // 8),
    "wide table": "|a" * 5_000 + "\n" + "|-" * 5_000,
    "angles": "<a " * (LONG // 3),
    "comments": "<!--" * (LONG // 4),
    "entities": "&" * LONG,
    "stash marks": "\x02klzzwxh:0000\x03" * 1_300,
    "loose rules": "- - -\n" * 2_900,
    "link targets": "[a](" * 599 + "(" * 15_000,
    "brackets in a long page": "[a" * 599 + "x" * 190_000,
    "titles": '[a](b "' * 599,
    "emphasis in emphasis": "*a " * 1_990 + "a* " * 1_990,
    "three stars": "***a " * 660 + "a*** " * 660,
    "growing ticks": "".join("`" * count + "a" for count in range(1, 88)),
    "quotes in lists": "> 1. " * 6 * 600,
    "blanks": " \n" * (LONG // 2),
    "addresses": "https://" * (LONG // 8),
    "mail": "<a@b" * (LONG // 4),
    "numbers": "1. " * (LONG // 3),
}


def faults(html: str) -> list[str]:
    """What stands outside of the allow-list in this HTML, as a browser's parser reads it."""
    found = []
    for node in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if node.tag == "DOCUMENT_FRAGMENT":
            continue
        if node.tag not in TAGS:
            found.append(f"<{node.tag}>")
        for name, value in node.attrib.items():
            if name not in ATTRIBUTES["*"] | ATTRIBUTES.get(node.tag, set()) | {"rel"}:
                found.append(f"{node.tag} {name}")
            # Browsers drop blanks and control characters before they read the scheme.
            scheme = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", value).lower())
            if name == "href" and scheme and scheme[1] not in SCHEMES:
                found.append(f"{node.tag} {value}")
    return found


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**a** *b*", "<p><strong>a</strong> <em>b</em></p>"),
        ("# a\n\n#### b\n\n# c", "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>"),
        ("a <b>c</b> < d", "<p>a &lt;b&gt;c&lt;/b&gt; &lt; d</p>"),
        ("[a](https://b.example/)", '<p><a href="https://b.example/" rel="nofollow noopener">a</a></p>'),
        ("[a](javascript:alert)", '<p><a rel="nofollow noopener">a</a></p>'),
        ("![a](https://b.example/c.png)", '<p><a href="https://b.example/c.png" rel="nofollow noopener">a</a></p>'),
        (
            "see https://b.example/c_d_e.",
            'https://b.example/c_d_e" rel="nofollow noopener">https://b.example/c_d_e</a>.',
        ),
        ("a|b\n-|:-:\n1|2", '<td align="center">2</td>'),
        ("3. a\n4. b", '<ol start="3">'),
        ("```\n<x>\n```", "<pre><code>&lt;x&gt;\n</code></pre>"),
    ],
)
def test_markdown_is_rendered_clean(source: str, html: str) -> None:
    assert html in render(source, base_level=3)


def test_a_post_keeps_its_line_ends_and_a_page_flows() -> None:
    assert "<br>" in render("a\nb", breaks=True)
    assert "<br>" not in render("a\nb")


@settings(max_examples=150)
@given(st.text(alphabet=st.sampled_from(list("ab<>&*_`[]()!#-|\n \"'=:/\\{}~+1.\x02\x03é")), max_size=120))
def test_any_text_renders_inside_the_allow_list(source: str) -> None:
    assert faults(render(source, breaks=True)) == []


@pytest.mark.parametrize("name", BOMBS)
def test_rendering_the_longest_text_takes_bounded_time(name: str) -> None:
    started = time.process_time()
    html = render(BOMBS[name], breaks=True)
    assert time.process_time() - started < 3
    assert faults(html) == []


def row(columns: int, cell: str = "a") -> str:
    return "|".join([cell] * columns)


HEAD = f"{row(60)}\n{row(60, '-')}\n"
TABLES = {
    "many full rows": HEAD + f"{row(60)}\n" * 1_600,
    "short rows filled up": HEAD + "a\n" * 2_900,
    "very wide": f"{row(200)}\n{row(200, '-')}\n" + "a\n" * 2_900,
    "with line ends of forms": (HEAD + "a\n" * 2_900).replace("\n", "\r\n"),
    "rows like quotes": HEAD + ">\n" * 2_900,
    "in a quote": "".join(f"> {line}\n" for line in (HEAD + "a\n" * 2_900).splitlines()),
    "in a list": "- a\n\n" + "".join(f"    {line}\n" for line in (HEAD + "a\n" * 2_900).splitlines()),
    "many tables": "a|b|c\n-|-|-\n1|2|3\n\n" * 740,
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_make_a_bounded_number_of_cells(name: str) -> None:
    html = render(TABLES[name])
    assert len(re.findall(r"<t[dh]\b", html)) <= 5_000
    assert plain(html).count("a") >= TABLES[name].count("a") and faults(html) == []


def test_tables_that_people_write_stay_tables() -> None:
    assert len(re.findall("<td", render(HEAD + f"{row(60)}\n" * 40))) == 60 * 40
    assert len(re.findall("<table", render("a|b\n-|-\n1|2\n\n" * 20))) == 20
    prose = "Un choix : oui|non.\n" + "Une ligne.\n" * 2_900
    assert render(prose).count("<p>") == 1
    assert "<hr>" in render("a\n\n---\n\nb") and "<h2>" in render("a\n---")


def test_links_that_people_write_stay_links() -> None:
    assert render("[a](https://b.example/) et la suite. " * 100).count("<a ") == 100
    page = ("[a](https://b.example/) et la suite. " * 20 + "\n\n") * 25
    assert render(page).count("<a ") == 500


def test_nothing_grows_beyond_measure() -> None:
    """What a text becomes is at most some forty times as long: no short post makes a page of megabytes."""
    for source in (*BOMBS.values(), *TABLES.values()):
        assert len(render(source, breaks=True)) <= 40 * len(source)


UNSEEN = ("\u200b", "\ufeff \u2060", "\u0301\u0301", "\u202e\n\u200d\ufe0f", "\u3164", "\u2800 ")


def test_what_has_something_to_read_is_kept_whole() -> None:
    for source in ("\u200ba", "e\u0301", "\ufeff?", "\u2764\ufe0f", "\u0643\u064e", "."):
        assert clean_text(source) == source
        assert not says_nothing(source)


@pytest.mark.parametrize("source", ["", " \n\t", "\u3000", *UNSEEN, "a\x00b", "a\ud800", "a" * (LONGEST + 1)])
def test_text_that_cannot_be_kept_is_refused_with_a_sentence(app: Any, source: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_text(source)
    assert str(refusal.value.sentence).endswith(".")


@given(st.text(max_size=200))
def test_only_line_ends_change(source: str) -> None:
    try:
        kept = clean_text(source)
    except Invalid:
        return
    assert kept == source.replace("\r\n", "\n").replace("\r", "\n")


def test_plain_keeps_the_words_and_the_lines() -> None:
    assert plain("<h2>a &amp; b</h2>\n<ul><li>c <em>d</em></li><li>e</li></ul>") == "a & b\nc d\ne"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Évaluation", "EVALUATION"),
        ("cœur", "cœur"),
        ("اتفاقيّة", "اتفاقيه"),
        ("الإنجاز", "الانجاز"),
        ("آراء", "اراء"),
        ("مستوى", "مستوي"),
        ("جماعـــة", "جماعة"),
        ("مُشارِك", "مشارك"),
        ("ٱلحالة", "الحالة"),
        ("مسؤول", "مسوول"),
        ("ﻻ", "لا"),
        ("Straße", "STRASSE"),
    ],
)
def test_searches_compare_folded_forms(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(source: str) -> None:
    assert fold(fold(source)) == fold(source)


@pytest.mark.shared
def test_known_payloads_run_nothing(shared_data: Path) -> None:
    for case in json.loads((shared_data / "xss/expect.json").read_text("utf-8")):
        assert faults(render(case["payload"], breaks=True)) == [], case["title"]
        assert faults(render(case["payload"].replace("<", "\n\n<"))) == [], case["title"]


@pytest.mark.shared
def test_naughty_strings_come_back_as_typed(shared_data: Path) -> None:
    for text in json.loads((shared_data / "text/blns.json").read_text("utf-8")):
        assert faults(render(text, breaks=True)) == []
        if not says_nothing(text) and "\x00" not in text:
            assert clean_text(text) == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.shared
def test_the_examples_of_commonmark_render_clean(shared_data: Path) -> None:
    for example in json.loads((shared_data / "text/commonmark-spec.json").read_text("utf-8")):
        assert faults(render(example["markdown"])) == [], example["markdown"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Module 3 ", "Module 3"), ("a\r\nb\tc", "a b c"), ("Évaluation\u00a0?", "Évaluation\u00a0?"), ("", ""),
        ("\u200b\u00a0 \u202e\n", ""), ("\u0301 \u2060", ""), ("x" * LONGEST_LINE, "x" * LONGEST_LINE),
    ],
)  # fmt: skip
def test_a_line_is_kept_without_the_space_around_it(typed, kept):
    assert clean_line(typed) == kept


TURNING = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x2070))]


@pytest.mark.parametrize("control", TURNING, ids=ascii)
def test_nothing_in_a_line_turns_the_direction_of_what_stands_beside_it(control):
    assert clean_line(f"{control}photo_{control}gpj.exe{control}") == "photo_gpj.exe"
    assert clean_line(f" {control} ") == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("می\u200cخواهم", "می\u200cخواهم"), ("ه\u200dـ", "ه\u200dـ"), ("C++\u200e: الدرس", "C++\u200e: الدرس"),
        ("الوحدة\u200f (3)", "الوحدة\u200f (3)"), ("\u200eModule 3 \u200f", "Module 3"), ("\u061c 3", "3"),
        ("\u200e\u200f", ""),
    ],
)  # fmt: skip
def test_joiners_stay_in_a_line_and_marks_of_direction_only_inside_it(typed, kept):
    assert clean_line(typed) == kept


@pytest.mark.parametrize(
    ("keep", "longest", "said"),
    [
        (clean_line, 200, "Écrivez au plus 200 caractères."),
        (clean_line, 1000, "Écrivez au plus 1\u202f000 caractères."),
        (clean_text, 20_000, "Le texte est trop long\u00a0: 20\u202f000 caractères au plus. Raccourcissez-le."),
    ],
)
def test_what_is_too_long_is_told_how_long_it_may_be(app, keep, longest, said):
    assert keep("x" * longest, longest=longest) == "x" * longest
    with pytest.raises(Invalid) as refusal, app.test_request_context():
        keep("x" * (longest + 1), longest=longest)
    with app.test_request_context():
        assert str(refusal.value.sentence) == said


@pytest.mark.parametrize("typed", ["a\x00b", "\x00", "\ud800", "x" * (LONGEST_LINE + 1)])
def test_a_line_that_cannot_be_kept_is_refused(typed):
    with pytest.raises(Invalid):
        clean_line(typed)
