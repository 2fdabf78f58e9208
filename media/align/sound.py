"""Sound as a row of prints, fifty a second: each bit says whether a band grew against its neighbour.

After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (2002). Signs do not know how loud it is, and
survive another encoding; the windows overlap so far that half a step of shift changes few of them.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

HERTZ = 8000
STEP = 160
RATE = HERTZ / STEP  # Prints a second.
BITS = 24
_WINDOW = 2048
_HALF = round(_WINDOW / 2 / STEP)  # A print is about the middle of its window.
_BLOCK = 4096  # Prints that are made at once: what bounds the memory.
_LOWEST, _HIGHEST = 200, 3400
_FAINT = 1e-4  # A band so far below the loudest holds what the encoder left, not what was said.
_QUIET_DB, _FLOOR = 32, 20.0  # So far under the loud parts, or so faint at all, it is silence.


class Prints(NamedTuple):
    """The bits of each moment, whether there was anything to hear, in which bands, and in which most."""

    bits: Any
    heard: Any
    bands: Any
    top: Any


def prints(raw: Path) -> Prints:
    """Of plain samples: 16 bits, one channel, HERTZ a second."""
    samples = np.memmap(raw, dtype="<i2", mode="r") if raw.stat().st_size >= 2 else np.zeros(0, "<i2")
    count = max(0, (len(samples) - _WINDOW) // STEP + 1)
    bits, active = np.zeros(count, np.uint32), np.zeros(count, np.uint32)
    top, loud = np.zeros(count, np.int8), np.zeros(count, np.float32)
    window, bands = np.hanning(_WINDOW).astype(np.float32), _bands()
    before = np.zeros(BITS, np.float32)
    for start in range(0, count, _BLOCK):
        end = min(count, start + _BLOCK)
        part = np.asarray(samples[start * STEP : (end - 1) * STEP + _WINDOW], np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(part, _WINDOW)[::STEP]
        loud[start:end] = np.sqrt(np.einsum("ij,ij->i", frames, frames) / _WINDOW)
        spectrum = np.abs(np.fft.rfft(frames * window, axis=1).astype(np.complex64)) ** 2
        power = spectrum @ bands
        active[start:end] = (power > power.max(axis=1, keepdims=True) * _FAINT) @ _bit(BITS + 1)
        top[start:end] = power.argmax(axis=1)
        steps = np.diff(np.log(power + 1.0), axis=1)
        grown = np.diff(np.vstack([before, steps]), axis=0) > 0
        bits[start:end] = grown @ _bit(BITS)
        before = steps[-1]
    lead = np.zeros(_HALF, np.uint32)
    heard = np.concatenate([lead > 0, loud > _silence(loud)])
    return Prints(
        np.concatenate([lead, bits]), heard, np.concatenate([lead, active]), np.concatenate([lead.astype(np.int8), top])
    )


def _silence(loud: Any) -> float:
    if not len(loud):
        return _FLOOR
    return max(_FLOOR, float(np.percentile(loud, 95)) * 10 ** (-_QUIET_DB / 20))


def _bit(number: int) -> Any:
    return np.uint32(1) << np.arange(number, dtype=np.uint32)


def _bands() -> Any:
    edges = np.geomspace(_LOWEST, _HIGHEST, BITS + 2) * _WINDOW / HERTZ
    found = np.zeros((_WINDOW // 2 + 1, BITS + 1), np.float32)
    for band in range(BITS + 1):
        found[round(edges[band]) : round(edges[band + 1]) + 1, band] = 1
    return found
