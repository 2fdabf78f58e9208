"""QR codes as inline SVG, in the page's own colours."""

import segno
from markupsafe import Markup


def drawn(text: str, label: str) -> Markup:
    """The code of this text; `label` says to who does not see it what it is."""
    made = segno.make_qr(text, error="m")
    return Markup(made.svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None, light="#fff", title=label))
