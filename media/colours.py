"""Colours as every screen shows them: BT.709 in the narrow range, and said so in the file.

A film of a recent telephone is brighter and more colourful than that (HLG or PQ, BT.2020). It goes through one table
that is computed here, so that every ffmpeg, with zimg or without, shows the same: grey cards and paper stand for what
BT.2408 says, what is brighter is bent down as BT.2390 says, and what no screen has is clipped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = "colours.cube"
WHITE_NITS, PEAK_NITS = 203.0, 1000.0  # Paper in an HDR film, and the brightest that counts.
_STEPS = 33
_SCREEN = 2.4  # What BT.1886 says of screens.
_PQ, _HLG = "smpte2084", "arib-std-b67"
_MATRICES = {"bt709": "bt709", "fcc": "fcc", "bt470bg": "bt470", "smpte170m": "smpte170m", "smpte240m": "smpte240m",
             "bt2020nc": "bt2020", "bt2020c": "bt2020"}  # fmt: skip
_HD_LINES, _HD_COLUMNS = 720, 1280
_TO_709 = ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187))
_LUMA_2020 = (0.2627, 0.6780, 0.0593)
_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128  # of PQ
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073  # of HLG

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Colours:
    """What a file says of its colours, in ffmpeg's words; what it does not say is empty."""

    matrix: str = ""
    transfer: str = ""
    primaries: str = ""
    range: str = ""

    @property
    def wide(self) -> bool:
        """Whether an ordinary screen would show it pale."""
        return self.transfer in {_PQ, _HLG} or self.primaries == "bt2020"

    def read(self, width: int, height: int) -> dict[str, str]:
        """Options of `scale` for reading it; where it says nothing, what players take such a size for."""
        large = height >= _HD_LINES or width >= _HD_COLUMNS
        plain = "bt2020" if self.wide else "bt709" if large else "smpte170m"
        matrix = _MATRICES.get(self.matrix, plain)
        options = PLAIN | {"in_color_matrix": matrix, "in_range": self.range or "auto"}
        return options if matrix == "bt709" else options | {"flags": f"{PLAIN['flags']}+accurate_rnd"}


# Ours, which has nothing to be converted; what has is rounded with care, or it comes out darker.
PLAIN = {"in_color_matrix": "bt709", "in_range": "tv", "flags": "bicubic"}
WRITTEN = {"out_color_matrix": "bt709", "out_range": "tv"}


def narrowed(picture: Any, colours: Colours, size: tuple[int, int], work: Path) -> Any:
    """A wide picture in this size and in the colours of BT.709."""
    if not (work / TABLE).is_file():
        (work / TABLE).write_text(table(colours))
    picture = picture.filter("setparams", color_primaries="bt709", color_trc="bt709")  # What the table does, once.
    picture = picture.filter("scale", *size, **colours.read(*size)).filter("format", "gbrp12le")
    picture = picture.filter("lut3d", file=TABLE, interp="tetrahedral").filter("scale", **WRITTEN)
    return said(picture.filter("format", "yuv420p"))


def said(picture: Any) -> Any:
    """The picture with its colours written on it."""
    return picture.filter(
        "setparams", range="tv", colorspace="bt709", color_primaries="bt709", color_trc="bt709"
    )  # fmt: skip


def table(colours: Colours) -> str:
    """All colours of such a film as BT.709, in the form that `lut3d` reads: red changes first."""
    steps = [step / (_STEPS - 1) for step in range(_STEPS)]
    change = narrow(colours.transfer)
    lines = [f"LUT_3D_SIZE {_STEPS}"]
    for blue in steps:
        for green in steps:
            lines += ["{:.5f} {:.5f} {:.5f}".format(*change((red, green, blue))) for red in steps]
    return "\n".join([*lines, ""])


def narrow(transfer: str) -> Callable[[Colour], Colour]:
    """What makes of the R'G'B' of BT.2020, with this transfer, those of BT.709."""
    light = {_PQ: _pq_light, _HLG: _hlg_light}.get(transfer, _screen_light)
    shown: dict[float, float] = {}

    def bent(nits: float) -> float:
        if nits not in shown:
            shown[nits] = _bent(nits)
        return shown[nits]

    def change(colour: Colour) -> Colour:
        lights = [bent(nits) / WHITE_NITS if transfer in {_PQ, _HLG} else nits for nits in light(colour)]
        red, green, blue = (sum(a * b for a, b in zip(row, lights, strict=True)) for row in _TO_709)
        return _signal(red), _signal(green), _signal(blue)

    return change


def _signal(light: float) -> float:
    return float(min(1.0, max(0.0, light)) ** (1 / _SCREEN))


def _screen_light(colour: Colour) -> list[float]:
    return [value**_SCREEN for value in colour]


def _pq_light(colour: Colour) -> list[float]:
    return [_nits(value) for value in colour]


def _hlg_light(colour: Colour) -> list[float]:
    scene = [value**2 / 3 if value <= 0.5 else (2.718281828 ** ((value - _C) / _A) + _B) / 12 for value in colour]
    luma = sum(a * b for a, b in zip(_LUMA_2020, scene, strict=True))
    return [float(PEAK_NITS * luma**0.2 * value) for value in scene]


def _nits(pq: float) -> float:
    root = pq ** (1 / _M2)
    return float(10_000 * (max(0.0, root - _C1) / (_C2 - _C3 * root)) ** (1 / _M1))


def _pq(nits: float) -> float:
    part = (nits / 10_000) ** _M1
    return float(((_C1 + _C2 * part) / (1 + _C3 * part)) ** _M2)


def _bent(nits: float) -> float:
    """The curve of BT.2390: what is dark stays, what is bright comes softly down to what a screen has."""
    whole, most = _pq(PEAK_NITS), _pq(WHITE_NITS) / _pq(PEAK_NITS)
    value = min(1.0, _pq(nits) / whole)
    knee = 1.5 * most - 0.5
    if value > knee:
        t = (value - knee) / (1 - knee)
        value = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    return _nits(value * whole)
