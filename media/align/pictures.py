"""Pictures as small grey stills, five a second: what they show, and when they change."""

from pathlib import Path
from typing import Any

import numpy as np

RATE = 5
WIDTH, HEIGHT = 32, 18
_SIZE = WIDTH * HEIGHT
_CHANGE = 6.0  # Difference, of 255, from which something has moved.
_MOST_EVENTS = 3000
_ALIKE = 0.9
_SAME, _OTHER = 12.0, 18.0
_SPOTS, _AREA = 10, _SIZE // 10
_BLOCK = 4096
_STEP = 0.5  # The least change between two stills that can be that of a slide.


def stills(raw: Path) -> Any:
    """Of plain grey pictures, one after the other."""
    read = np.fromfile(raw, np.uint8)
    return read[: len(read) // _SIZE * _SIZE].reshape(-1, _SIZE)


def offsets(new: Any, old: Any) -> Any:
    """For each change of picture in the one that is like one in the other: how many stills later it lies there."""
    ours, theirs = _events(new), _events(old)
    if not len(ours[0]) or not len(theirs[0]):
        return np.zeros(0, int)
    here, there = np.nonzero(ours[1] @ theirs[1].T > _ALIKE)
    return theirs[0][there] - ours[0][here]


def alike(new: Any, old: Any, shift: int, asked: Any) -> Any:
    """Of each new still that is asked about, against the old one that lies `shift` later: 1 the same, -1 another,
    0 unsure or nothing. The same is alike everywhere; another differs in more than a corner, and by more than what
    moves there from one still to the next."""
    found = np.zeros(len(new), np.float32)
    places = np.nonzero(asked)[0]
    places = places[(places + shift >= 0) & (places + shift < len(old))]
    if not len(places):
        return found
    found[places] = 1
    spots, areas = np.full(len(places), 255.0, np.float32), np.full(len(places), 255.0, np.float32)
    for late in (-1, 0, 1):  # Two encoders need not show a change in the same moment.
        there = np.clip(places + shift + late, 0, len(old) - 1)
        spot, area = _difference(new, old, places, there)
        spots, areas = np.minimum(spots, spot), np.minimum(areas, area)
    around = [_difference(new, new, places, np.clip(places + near, 0, len(new) - 1))[1] for near in (-1, 1)]
    found[places[spots > _SAME]] = 0
    found[places[areas > _OTHER + 2 * np.maximum(*around)]] = -1
    return found


def moving(new: Any) -> Any:
    """Whether something changes around each still: the same still for minutes says little about where it lies."""
    near = np.convolve(np.concatenate([[0.0], _steps(new)]) > _CHANGE, np.ones(2 * RATE + 1), "same")
    return near[: len(new)] > 0


def turn(stills: Any, low: float, high: float, side: int) -> float:
    """The safe side of the two moments, where no still tells."""
    rate = RATE
    part = stills[max(0, round(low * rate)) : round(high * rate) + 1].astype(np.float32) if low >= 0 else stills[:0]
    steps = np.abs(np.diff(part, axis=0)).mean(axis=1) if len(part) > 1 else np.zeros(0, np.float32)
    if not len(steps) or steps.max() < _STEP:
        return (low, high)[side]
    return low + (int(steps.argmax()) + 1 - (1 - side) * 0.5) / rate


def _steps(found: Any) -> Any:
    places = np.arange(1, len(found))
    return _difference(found, found, places, places - 1)[1]


def _difference(ours: Any, theirs: Any, here: Any, there: Any) -> tuple[Any, Any]:
    """How much stills differ, however bright they are: in their most different spots, and in a tenth of them."""
    spots, areas = [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    for part, other in zip(_parts(here), _parts(there), strict=True):
        a, b = ours[part].astype(np.float32), theirs[other].astype(np.float32)
        apart = np.abs((a - a.mean(axis=1, keepdims=True)) - (b - b.mean(axis=1, keepdims=True)))
        most = -np.partition(-apart, _AREA, axis=1)[:, :_AREA]
        areas.append(most.mean(axis=1))
        spots.append(-np.partition(-most, _SPOTS, axis=1)[:, :_SPOTS].mean(axis=1))
    return np.concatenate(spots), np.concatenate(areas)


def _parts(places: Any) -> list[Any]:
    return [places[start : start + _BLOCK] for start in range(0, len(places), _BLOCK)]


def _events(found: Any) -> tuple[Any, Any]:
    """When the picture changes most, and how, as vectors of one length."""
    if len(found) < 2:
        return np.zeros(0, int), np.zeros((0, _SIZE), np.float32)
    strength = _steps(found)
    strongest = np.argsort(-strength, kind="stable")[:_MOST_EVENTS]
    places = np.sort(strongest[strength[strongest] > _CHANGE]) + 1
    steps = found[places].astype(np.float32) - found[places - 1].astype(np.float32)
    return places, steps / np.maximum(1e-6, np.linalg.norm(steps, axis=1, keepdims=True))
