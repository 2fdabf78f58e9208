"""Something like speech, made for the tests: syllables of random pitch and colour with pauses between them."""

import wave
from pathlib import Path
from typing import Any

import numpy as np

HERTZ = 24_000


def speech(seconds: float, seed: int) -> Any:
    """Samples from -1 to 1; another seed is another speaker with another text."""
    chance = np.random.default_rng(seed)
    found, made = [], 0
    while made < seconds * HERTZ:
        length = int(chance.uniform(0.09, 0.32) * HERTZ)
        time, pitch = np.arange(length) / HERTZ, chance.uniform(90, 240)
        formants = chance.uniform([300, 800, 1800], [900, 2200, 3200])
        voice = np.zeros(length)
        for harmonic in range(1, 14):
            at = pitch * harmonic
            weight = sum(np.exp(-(((at - formant) / 180) ** 2)) for formant in formants) + 0.02
            voice += weight * np.sin(2 * np.pi * at * time + chance.uniform(0, 6))
        noise = chance.normal(0, chance.choice([0.05, 0.6]), length)
        syllable = (voice + noise) * np.sin(np.pi * np.arange(length) / length) * chance.uniform(0.05, 0.15)
        pause = np.zeros(int(chance.choice([0.01, 0.04, 0.5], p=[0.6, 0.3, 0.1]) * HERTZ))
        found += [syllable, pause]
        made += length + len(pause)
    spoken = np.concatenate(found)[: int(seconds * HERTZ)]
    return np.clip(spoken + chance.normal(0, 0.0005, len(spoken)), -1, 1)


def part(samples: Any, start: float, end: float) -> Any:
    """A passage of it."""
    return samples[int(start * HERTZ) : int(end * HERTZ)]


def write(file: Path, *parts: Any) -> Path:
    """As a WAV file, the parts one after the other."""
    samples = np.clip(np.concatenate(parts), -1, 1)
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(HERTZ)
        opened.writeframes((samples * 32767).astype("<i2").tobytes())
    return file
