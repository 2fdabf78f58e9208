"""What it costs in bytes to watch the rest of a recording."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from media import queries as media
from media.rules import size_name
from modules import rules
from modules.queries.shapes import StepView

AUTO = "auto"
VIDEO, SLIDES, SOUND, TEXT = "video", "slides", "sound", "text"
ORDER = (VIDEO, SLIDES, SOUND, TEXT)
Renditions = Mapping[int, Sequence[Mapping[str, Any]]]  # By the id of the version.
TRACK = "track"  # What a rendition's segments weigh, beside its facts.


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to take a recording in: its name, its kind, and what the rest and all of it cost."""

    name: str
    kind: str
    height: int | None
    whole: int
    rest: int
    said: str = ""  # What people read of a picture's size.


def measured(session: Session, renditions: Mapping[int, Sequence[Any]], begun: Collection[int]) -> Renditions:
    """Renditions by version with what their segments weigh, where something of them was seen; one statement, if any.

    What nobody has begun costs all of its bytes, and needs no more than that.
    """
    known = media.weights_of(session, list(begun)) if begun else {}
    return {
        version_id: [{**made, TRACK: rules.read_track(known.get((version_id, made["name"]), "[]"))} for made in rows]
        if version_id in begun
        else rows
        for version_id, rows in renditions.items()
    }


def choices(renditions: Iterable[Mapping[str, Any]], step: StepView) -> list[Choice]:
    """The ways to play the newest version of a recording, largest picture first, then slides, sound last."""
    if not step.duration:
        return []
    everything = [(0.0, step.duration)]
    found = [
        Choice(
            made["name"], made["kind"], made["height"],
            whole=of_passages(made, step, everything), rest=of_passages(made, step, step.missing),
            said=size_name(made["name"], made["width"], made["height"]),
        )
        for made in renditions
    ]  # fmt: skip
    return sorted(found, key=lambda choice: (ORDER.index(choice.kind), -(choice.height or 0)))


def of_passages(made: Mapping[str, Any], step: StepView, passages: Sequence[rules.Range]) -> int:
    """What these passages cost in one rendition: as measured, else their share of all its bytes."""
    return rules.weigh(made.get(TRACK), made["bytes"], passages, step.duration or 0.0)


def reading(texts: Iterable[Mapping[str, Any]]) -> Choice | None:
    """The transcript as a way to take a recording in: the lightest of its languages; it comes whole, and packed."""
    sizes = [rules.text_weight(text["signs"]) for text in texts]
    return Choice(TEXT, TEXT, None, min(sizes), min(sizes)) if sizes else None
