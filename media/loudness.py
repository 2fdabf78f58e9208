"""How loud a sound is, and the one gain that brings it to where all our recordings are."""

from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

TARGET_LUFS = -16.0
_SILENCE_LUFS = -60.0  # Below it there is nothing but noise, which nobody wants to hear louder.
_MOST_GAIN = 40.0
_CEILING = 0.79  # of full scale: −2 dB, so that the peaks between two samples stay below full scale too.
_SAID = "loudness.txt"
_KEY = "lavfi.r128.I"

Run = Callable[[Any], None]


def measured(sound: Any, work: Path, run: Run) -> float:
    """The loudness of a sound in LUFS; minus infinity where it is too short to have one. `run` gets what to do."""
    said = work / _SAID
    try:
        run(sound.filter("ebur128", metadata=1).filter("ametadata", mode="print", key=_KEY, file=_SAID))
        text = said.read_text(errors="replace") if said.is_file() else ""
    finally:
        said.unlink(missing_ok=True)
    try:
        found = float(text.rpartition(f"{_KEY}=")[2].split()[0])
    except (ValueError, IndexError):
        return -float("inf")
    return found if isfinite(found) else -float("inf")


def gain(loudness: float) -> float:
    """Decibels to add to a sound of this loudness."""
    return min(_MOST_GAIN, round(TARGET_LUFS - loudness, 2)) if loudness > _SILENCE_LUFS else 0.0


def levelled(sound: Any, decibels: float) -> Any:
    """The sound with that gain; what would go beyond full scale is held back for its few milliseconds."""
    louder = sound.filter("volume", f"{decibels}dB")
    return louder.filter("alimiter", limit=_CEILING, level=0, attack=5, release=50)
