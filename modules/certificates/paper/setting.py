"""Setting text on the paper: shaped, in its direction, in lines that fit, and readable for who copies or hears it."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import fpdf.fpdf
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.unicode_script import UnicodeScript, get_unicode_script

from modules.certificates.paper import fonts

Ink = tuple[int, int, int]
INK, SOFT = (27, 26, 22), (75, 72, 63)


@dataclass(frozen=True, slots=True)
class Style:
    """Size in points, weight, colour, and the height of a line in its sizes."""

    size: float
    bold: bool = False
    ink: Ink = INK
    leading: float = 1.35

    @property
    def height(self) -> float:
        """Of a line, in millimetres."""
        return self.size * self.leading * 25.4 / 72

    def of_size(self, size: float) -> "Style":
        """The same in another size."""
        return Style(size, self.bold, self.ink, self.leading)


@lru_cache(1024)
def _script_of(letter: str) -> UnicodeScript:
    """Of a vowel sign or an accent: that of its letter, or fpdf2 parts them, and the letters around it do not join."""
    script = get_unicode_script(letter)
    return UnicodeScript.COMMON if script is UnicodeScript.INHERITED else script


fpdf.fpdf.get_unicode_script = _script_of


class Setter:
    """Writes on one page, from the side where its language begins."""

    def __init__(self, pdf: FPDF, text: str, *, right_to_left: bool) -> None:
        self.pdf, self.right_to_left = pdf, right_to_left
        scripts = fonts.needed(text + " ")
        for script in scripts:
            for style in fonts.WEIGHTS:
                pdf.add_font(script, style, str(fonts.file_of(script, style)))
        self.family = fonts.ARABIC if right_to_left and fonts.ARABIC in scripts else fonts.LATIN
        pdf.set_fallback_fonts([script for script in scripts if script != self.family], exact_match=True)
        pdf.set_text_shaping(True)

    def x(self, left: float, width: float) -> float:
        """Where something begins that lies there on a sheet from left to right."""
        return self.pdf.w - left - width if self.right_to_left else left

    def line(
        self, text: str, x: float, y: float, width: float, style: Style, *, end: bool = False, tag: str = "P"
    ) -> None:
        """One line in a box; `end`: at the end side of it."""
        if not text:
            return
        self._use(style)
        # A number, a code or an address keeps its order also where the page runs the other way.
        self.pdf.set_text_shaping(True, direction="rtl" if self.right_to_left and _turns(text) else "ltr")
        align = Align.R if end != self.right_to_left else Align.L
        self.pdf.set_xy(self.x(x, width), y)
        with self._said(text, tag):
            self.pdf.cell(width, style.height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.TOP)

    def lines(
        self, texts: list[str], x: float, y: float, width: float, style: Style, *, tag: str = "P"
    ) -> float:  # fmt: skip
        """Lines one under the other; where the next one would begin."""
        for text in texts:
            self.line(text, x, y, width, style, tag=tag)
            y += style.height
        return y

    def fitted(self, text: str, width: float, style: Style, smallest: float, most: int) -> tuple[list[str], Style]:
        """The text in at most so many lines, in the largest size that allows it, and no smaller than the smallest."""
        while True:
            found = self.broken(text, width, style)
            if len(found) <= most or style.size <= smallest:
                return found, style
            style = style.of_size(style.size - 1)

    def broken(self, text: str, width: float, style: Style) -> list[str]:
        """The text in lines that fit, broken between words; a word longer than a line is broken where it must."""
        self._use(style)
        found = [""]
        for word in text.split():
            longer = f"{found[-1]} {word}".strip()
            if self._fits(longer, width):
                found[-1] = longer
                continue
            while not self._fits(word, width):
                most = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or self._fits(word[:n], width))
                found.append(word[:most])
                word = word[most:]
            found.append(word)
        return [line for line in found if line]

    def _fits(self, text: str, width: float) -> bool:
        return self.pdf.get_string_width(text) <= width - 2 * self.pdf.c_margin

    def _use(self, style: Style) -> None:
        self.pdf.set_font(self.family, "B" if style.bold else "", style.size)
        # Said anew for each line: fpdf2 believes that a font which a line has changed to lasts beyond it.
        self.pdf.current_font_is_set_on_page = False
        self.pdf.set_text_color(*style.ink)

    @contextmanager
    def _said(self, text: str, tag: str) -> Iterator[None]:
        """What is drawn as glyphs, letters joined and turned, is said as it was written."""
        mcid = self.pdf.struct_builder.next_mcid_for_page(self.pdf.page)
        self.pdf._add_marked_content(struct_type=f"/{tag}", mcid=mcid)
        self.pdf._out(f"/{tag} <</MCID {mcid}>> BDC")
        yield
        self.pdf._out("EMC")


class _Silent(tuple[int, ...]):
    """No letter at all, said as such: programs that are told nothing of a glyph read its code for a letter."""

    def __len__(self) -> int:
        return 1


def read_by_machines(pdf: FPDF) -> None:
    """Dots that are glyphs of their own are given no letter, or programs would read their codes."""
    fonts_used: Any = pdf.fonts.values()
    for font in fonts_used:
        for glyph, _place in font.subset.items():
            if glyph is not None and glyph.unicode == ():
                glyph.unicode = _Silent()


def _turns(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)
