"""The sheet drawn: two woven bands, type between hairlines, the code at the end side."""

from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fpdf import FPDF, ViewerPreferences

from modules.certificates.paper import code
from modules.certificates.paper.seal import FREE, sealed
from modules.certificates.paper.setting import INK, SOFT, Setter, Style, read_by_machines
from modules.certificates.paper.sheet import Line, Sheet

PAPER, HAIR = (253, 252, 249), (211, 206, 192)
DYES = ("0d5740", "2f3b86", "96600a", "85304c", "4d3b2a", "0c5f74")
WIDE, HIGH, SIDE = 297.0, 210.0, 18.0
ROOM = WIDE - 2 * SIDE
CODE, FOOT = 32.0, 157.0
BODY = Style(11.5)
SMALL = Style(9.5, ink=SOFT)
FACT = Style(9.5)
MOST_ROWS = 12


def drawn(sheet: Sheet, key: Ed25519PrivateKey | None = None) -> bytes:
    """The PDF; with a key it is sealed."""
    pdf = FPDF(orientation="landscape", format="A4", enforce_compliance="PDF/A-2B")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    _describe(pdf, sheet)
    pdf.add_page()
    setter = Setter(pdf, _all_text(sheet), right_to_left=sheet.right_to_left)
    _bands(pdf, sheet)
    _rows(setter, sheet, _head(setter, sheet))
    _foot(setter, sheet)
    read_by_machines(pdf)
    file = bytes(pdf.output())
    return sealed(file, key) if key else file


def _head(setter: Setter, sheet: Sheet) -> float:
    """The academy, what this is, whose it is and for what; where the list of modules begins."""
    setter.line(sheet.academy, SIDE, 22, ROOM / 2, Style(13, bold=True))
    setter.line(sheet.specimen, SIDE + ROOM / 2, 22, ROOM / 2, Style(13, bold=True, ink=(153, 26, 16)), end=True)
    heading = Style(27, bold=True, leading=1.3)
    setter.line(sheet.heading, SIDE, 31, ROOM, heading, tag="H1")
    _hair(setter, 45.5)
    setter.line(sheet.awarded, SIDE, 48, ROOM, SMALL)
    names, style = setter.fitted(sheet.name, ROOM, Style(24, bold=True, leading=1.25), 15, 2)
    y = setter.lines(names, SIDE, 53, ROOM, style, tag="H2")
    setter.line(sheet.completing, SIDE, y + 1.5, ROOM, SMALL)
    titles, style = setter.fitted(sheet.title, ROOM, Style(16, bold=True, leading=1.25), 10, 3)
    return setter.lines(titles, SIDE, y + 6.5, ROOM, style) + 2.5


def _rows(setter: Setter, sheet: Sheet, top: float) -> None:
    """The modules: one column, or two where there are many; what does not fit even then is counted."""
    columns = 1 if len(sheet.lines) <= 6 else 2
    shown = sheet.lines[: MOST_ROWS * 2]
    deep = -(-len(shown) // columns) or 1
    step = min(9.0, (FOOT - 2 - top) / deep)
    width = (ROOM - (columns - 1) * 8) / columns
    style = Style(min(11, step * 1.45), leading=1.25)
    for place, line in enumerate(shown):
        x, y = SIDE + place // deep * (width + 8), top + place % deep * step
        _row(setter, line, x, y, width, step, style)


def _row(setter: Setter, line: Line, x: float, y: float, width: float, step: float, style: Style) -> None:
    if line.title == "":
        return
    setter.pdf.set_draw_color(*HAIR)
    setter.pdf.set_line_width(0.2)
    start = setter.x(x, width)
    setter.pdf.line(start, y, start + width, y)
    lower = y + (step - style.height) / 2
    setter.line(line.numeral, x, lower, 15, Style(style.size, bold=True, ink=_ink(line.dye), leading=1.25))
    amount = 44.0
    title = setter.broken(line.title, width - 15 - amount, style)
    first = title[0] if len(title) == 1 else title[0].rstrip(",; ") + " …"
    setter.line(first, x + 15, lower, width - 15 - amount, style)
    setter.line(line.amount, x + width - amount, lower, amount, style, end=True)


def _foot(setter: Setter, sheet: Sheet) -> None:
    """Where it is signed by hand, its facts, and its code."""
    _hair(setter, FOOT)
    pdf, third = setter.pdf, 74.0
    pdf.set_draw_color(*INK)
    pdf.set_line_width(0.25)
    start = setter.x(SIDE, third)
    pdf.line(start, 181, start + third, 181)
    setter.line(sheet.signature, SIDE, 182, third, FACT)
    setter.line(sheet.signatory, SIDE, 186.3, third, Style(8, ink=SOFT))
    x, y = SIDE + third + 10, FOOT + 3
    room = ROOM - third - CODE - 18
    for label, value in sheet.facts:
        setter.line(label, x, y, 34, SMALL)
        setter.line(value, x + 34, y, room - 34, Style(9.5, bold=True))
        y += 5.1
    small = Style(8, ink=SOFT)
    y = setter.lines(setter.broken(sheet.check, room, small), x, y + 0.8, room, small)
    setter.line(sheet.site, x, y, room, small)
    if sheet.address:
        _code(setter, sheet.address, FOOT + 3.2)


def _code(setter: Setter, address: str, top: float) -> None:
    squares = code.rows(address)
    size = CODE / len(squares)
    left = setter.x(WIDE - SIDE - CODE, CODE)
    pdf = setter.pdf
    pdf.set_fill_color(0, 0, 0)
    for number, row in enumerate(squares):
        for start, length in _runs(row):
            pdf.rect(left + start * size, top + number * size, length * size, size, style="F")


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found


def _bands(pdf: FPDF, sheet: Sheet) -> None:
    """One piece of cloth for each module, as long as what it took."""
    pdf.set_fill_color(*PAPER)
    pdf.rect(0, 0, WIDE, HIGH, style="F")
    gap, whole = 1.6, sum(line.size for line in sheet.lines) or 1.0
    left = SIDE
    for line in sheet.lines:
        width = (ROOM + gap) * line.size / whole - gap
        start = WIDE - left - width if sheet.right_to_left else left
        for top in (11.0, 195.5):
            _cloth(pdf, start, top, width, line.dye)
        left += width + gap


def _cloth(pdf: FPDF, left: float, top: float, width: float, dye: int) -> None:
    ink = _ink(dye)
    pdf.set_fill_color(*ink)
    pdf.rect(left, top, max(width, 0.4), 4.2, style="F")
    pdf.set_fill_color(*(round(a * 0.72 + b * 0.28) for a, b in zip(ink, PAPER, strict=True)))
    for rib in range(int(width / 1.2)):
        pdf.rect(left + 0.9 + rib * 1.2, top, 0.3, 4.2, style="F")


def _hair(setter: Setter, y: float) -> None:
    setter.pdf.set_draw_color(*HAIR)
    setter.pdf.set_line_width(0.2)
    setter.pdf.line(SIDE, y, WIDE - SIDE, y)


def _ink(dye: int) -> tuple[int, int, int]:
    """Dyes are counted from 1 and begin again after six."""
    red, green, blue = bytes.fromhex(DYES[(dye - 1) % len(DYES)])
    return red, green, blue


def _all_text(sheet: Sheet) -> str:
    lines = [text for line in sheet.lines for text in (line.numeral, line.title, line.amount)]
    facts = [text for pair in sheet.facts for text in pair]
    texts = [
        sheet.academy, sheet.heading, sheet.awarded, sheet.name, sheet.completing, sheet.title, sheet.check, sheet.site,
        sheet.signature, sheet.signatory, sheet.specimen, "…",
    ]  # fmt: skip
    return "".join([*texts, *lines, *facts])


def _describe(pdf: FPDF, sheet: Sheet) -> None:
    """The same metadata each time, so that the same certificate is the same file."""
    title = f"{sheet.heading} – {sheet.name}"
    pdf.set_title(title)
    pdf.set_lang(sheet.lang)
    pdf.set_creator(sheet.academy)
    pdf.set_creation_date(sheet.issued_at)
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    moment = sheet.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    pdf.set_xmp_metadata(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"'
        f' xmp:CreateDate="{moment}" xmp:ModifyDate="{moment}" xmp:CreatorTool="{escape(sheet.academy)}"'
        f' pdfaid:part="2" pdfaid:conformance="B" dc:identifier="{escape(sheet.address)}">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:language><rdf:Bag><rdf:li>{escape(sheet.lang)}</rdf:li></rdf:Bag></dc:language>"
        f"<dc:relation><rdf:Bag><rdf:li>{FREE}</rdf:li></rdf:Bag></dc:relation>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
