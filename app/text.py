"""Free text: Markdown to clean HTML, text and lines as typed, plain text, and the folded form that searches compare."""

import re
import unicodedata
from html import escape, unescape
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from app.errors import Invalid
from app.i18n import lazy, lazy_number

LONGEST = 20_000
"""Characters that one post, answer or comment may hold; pages may ask for more."""
LONGEST_LINE = 200
"""Characters that one title, name or place may hold; reasons may ask for more."""

_TAG_NAMES = """a abbr b bdi blockquote br code dd del dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre q s small span
strong sub sup table tbody td th thead tr u ul"""
TAGS = frozenset(_TAG_NAMES.split())
ATTRIBUTES = {"*": {"dir", "lang"}, "a": {"href", "title"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_DEEPEST = 12
_MOST = {re.compile(r"[*_`<>!\\&]"): 4_000, re.compile(r"\["): 600, re.compile(r"\n"): 3_000}
_RULE = re.compile(r"^ {0,3}(?:[-*_] *){3,}$", re.MULTILINE)
_MOST_RULES = 300
_MOST_CELLS = 5_000
_FURTHEST = 1_500_000
_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Mc", "Me"}
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # Letters and signs by their category, drawn as nothing.
_ENDS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# Embeddings, overrides, isolates and what is deprecated: pages isolate each line, so a line needs none, and can deceive
# with them ("gpj.exe"). The marks LRM, RLM and ALM and the joiners ZWJ and ZWNJ have their place inside a line.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x2070)])
_AROUND = re.compile(r"^[\s\u061c\u200e\u200f]+|[\s\u061c\u200e\u200f]+$")
_BREAKS = re.compile(r"</(?:p|li|h[1-6]|tr|pre|blockquote|dd|dt)>|<(?:br|hr)[^>]*>")
_DELIMITER = re.compile(r"^[ \t>]*(?=[^\n|]*\|)(?=[^\n-]*-)[|:\- \t]+$", re.MULTILINE)
_QUOTES = re.compile(rf"^(?:[ \t]*>){{{_DEEPEST},}}", re.MULTILINE)
_INDENT = re.compile(rf"^(?: {{{4 * _DEEPEST},}}|\t{{{_DEEPEST},}})(?=\S)", re.MULTILINE)
_LETTERS = str.maketrans("ٱىیکةەہھ", "اييكهههه", "ـ")


def render(markdown_text: str, *, base_level: int = 2, breaks: bool = False) -> str:
    """Clean HTML of a Markdown text, headings from base_level down; never raises, loads nothing from elsewhere."""
    if _too_intricate(markdown_text):
        html = _as_typed(markdown_text)
    else:
        try:
            html = _markdown(base_level, breaks).convert(markdown_text)
        except (RecursionError, ValueError, AssertionError):
            html = _as_typed(markdown_text)
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel="nofollow noopener",
        clean_content_tags={"script", "style"},
    )


def clean_text(text: str, *, longest: int = LONGEST) -> str:
    """The text as it is kept: line ends are LF, all else as typed; empty, endless or unstorable text is refused."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if says_nothing(text):
        raise Invalid(lazy("Write something: the text is empty."))
    shorter = lazy("The text is too long: %(most)s characters at most. Shorten it.", most=lazy_number(longest))
    return _storable(text, longest, shorter)


def clean_line(text: str, *, longest: int = LONGEST_LINE) -> str:
    """A title, name, place or reason as it is kept: one line, no space around it, "" for a blank one, and nothing that
    turns the direction of what stands beside it.

    Endless or unstorable text is refused; whether a blank one may be is for the caller to say.
    """
    line = _ENDS.sub(" ", _storable(text, longest, at_most(longest))).translate(_TURNS)
    line = _AROUND.sub("", line)
    return "" if says_nothing(line) else line


def at_most(longest: int) -> Any:
    """What is said beside a title, name or place that is too long."""
    return lazy("Write at most %(most)s characters.", most=lazy_number(longest))


def says_nothing(text: str) -> bool:
    """Whether there is nothing to read: no character at all, or only ones that show nothing by themselves."""
    return all(unicodedata.category(character) in _UNSEEN or character in _BLANKS for character in text)


def plain(html: str) -> str:
    """The words of a clean HTML text, one line a block."""
    words = unescape(nh3.clean(_BREAKS.sub("\n", html), tags=set()))
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in words.split("\n"))  # No-break spaces stay.
    return "\n".join(line for line in lines if line)


def line(html: str) -> str:
    """The words of a clean HTML text in one line, for lists."""
    return plain(html).replace("\n", " ")


def fold(text: str) -> str:
    """The text as searches compare it: without case, accents, tatweel, vowel signs and variants of Arabic letters."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _storable(text: str, longest: int, shorter: Any) -> str:
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid(lazy("The text holds a character that cannot be kept. Remove it and send again."))
    if len(text) > longest:
        raise Invalid(shorter)
    return text


def _too_intricate(source: str) -> bool:
    """Texts that only a machine writes: Markdown would need minutes or a deep stack for them."""
    if _QUOTES.search(source) or _INDENT.search(source):
        return True
    if any(len(marks.findall(source)) > most for marks, most in _MOST.items()):
        return True
    blocks = re.split(r"\n[ \t]*\n", source.replace("\r\n", "\n").replace("\r", "\n"))
    if len(_RULE.findall(source)) > _MOST_RULES or sum(map(_cells, blocks)) > _MOST_CELLS:
        return True
    return any(block.count("[") * len(block) > _FURTHEST for block in blocks)  # Each may be read to the block's end.


def _cells(block: str) -> int:
    """How many cells a table would have here at most: each line is filled up to the widest one."""
    if not _DELIMITER.search(block):
        return 0
    lines = block.split("\n")
    return len(lines) * (max(line.count("|") for line in lines) + 1)


def _as_typed(source: str) -> str:
    blocks = re.split(r"\n{2,}", source)
    return "".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks if block.strip())


def _markdown(base_level: int, breaks: bool) -> Markdown:
    extensions: list[str | Extension] = [
        TableExtension(use_align_attribute=True),
        "fenced_code",
        "sane_lists",
        _Ours(base_level),
    ]
    return Markdown(extensions=[*extensions, *(["nl2br"] if breaks else [])], output_format="html")


class _Ours(Extension):
    """HTML stays text, bare addresses become links, pictures become links, headings fit the page."""

    def __init__(self, base_level: int) -> None:
        super().__init__()
        self.base_level = base_level

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.register(
            _Address(r"(?<![\w@/])https?://[^\s<>\"'\x02\x03]+[^\s<>\"'\x02\x03.,;:!?)\]»]", md), "address", 75
        )
        md.treeprocessors.register(_Shape(md, self.base_level), "shape", 5)


class _Address(InlineProcessor):
    """A bare https://… in the text is a link."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:
        link = Element("a", {"href": m.group(0)})
        link.text = m.group(0)
        return link, m.start(0), m.end(0)


class _Shape(Treeprocessor):
    """Headings start at base_level and never skip one; a picture becomes a link, so that no other site is called."""

    def __init__(self, md: Markdown, base_level: int) -> None:
        super().__init__(md)
        self.base_level = base_level

    def run(self, root: Element) -> None:
        deepest = self.base_level - 1
        for element in root.iter():
            if re.fullmatch(r"h[1-6]", element.tag):
                deepest = min(int(element.tag[1]) + self.base_level - 1, deepest + 1, 6)
                element.tag = f"h{deepest}"
            elif element.tag == "img":
                source, words = element.get("src", ""), element.get("alt", "")
                element.tag = "a"
                element.attrib.clear()
                element.set("href", source)
                element.text = words or source
