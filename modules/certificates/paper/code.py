"""The QR of a signed text."""

import segno

QUIET = 4


def rows(address: str) -> list[list[bool]]:
    """Its squares, row by row, without the quiet zone. As much error correction as fits the size."""
    made = segno.make(address, error="l", boost_error=True, micro=False)
    return [[bool(square) for square in row] for row in made.matrix]


def svg(address: str) -> str:
    """As a picture for a page: one path, no style."""
    return segno.make(address, error="l", boost_error=True, micro=False).svg_inline(
        border=QUIET, omitsize=True, svgclass="qr", lineclass=None
    )
