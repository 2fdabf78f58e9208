"""What the player of a recording needs: addresses, the chosen format, and what each format costs."""

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from media import delivery
from media import queries as media
from media.rules import size_name
from modules import rules
from modules.models import Step
from modules.queries import prices
from modules.queries.prices import AUTO, SLIDES, SOUND, TEXT, VIDEO, Choice
from modules.queries.shapes import StepView
from modules.queries.steps import StepPage


@dataclass(frozen=True)
class File:
    """A plain file to keep for where there is no line."""

    name: str
    kind: str
    bytes: int
    key: str
    said: str  # What people read of a picture's size.


@dataclass(frozen=True)
class Player:
    """The ways to take a recording in, the chosen one, and where everything is."""

    choices: Sequence[Choice]
    chosen: Choice | None
    auto: bool
    source: str | None
    start: float
    version: str
    links: Any
    addresses: dict[str, str] = field(default_factory=dict)
    streams: dict[str, str] = field(default_factory=dict)  # The same in segments, as far as there are.
    files: Sequence[File] = ()
    stills: Sequence[tuple[float, str]] = ()  # Of slides and voice, where that is chosen: second and address.
    passages: Sequence[tuple[float, float, int]] = ()  # What is missing, each with its price in the chosen format.

    @property
    def wholes(self) -> dict[str, int]:
        """What all of the recording costs in each format."""
        return {choice.name: choice.whole for choice in self.choices}

    @property
    def reads(self) -> bool:
        """Whether the text is read instead of played."""
        return self.chosen is not None and self.chosen.kind == TEXT

    @property
    def text_bytes(self) -> int:
        """What the transcript weighs."""
        return next((choice.whole for choice in self.choices if choice.kind == TEXT), 0)

    def extent(self) -> tuple[int, int] | None:
        """What the stream that follows the connection costs at least and at most."""
        prices = [choice.rest or choice.whole for choice in self.choices if choice.kind == VIDEO]
        return (min(prices), max(prices)) if prices else None


def player(session: Session, page: StepPage, now: datetime, wanted: str, at: float | None) -> Player | None:
    """The player of a recording step, or None while no version is ready. `wanted` is a format's name or `auto`."""
    step = page.step
    if step.recording_id is None or not step.duration:
        return None
    playable = media.playable(session, [step.recording_id]).get(step.recording_id)
    if playable is None:
        return None
    links = delivery.links(playable, now=now)
    version_id = playable.version_id
    renditions = prices.measured(session, {version_id: playable.renditions}, [version_id])[version_id]
    text = prices.reading(playable.captions)
    offered = [*prices.choices(renditions, step), *([text] if text else [])]
    addresses = {video["name"]: video["url"] for video in links.videos}
    addresses |= {choice.name: links.sound for choice in offered if choice.kind in (SOUND, SLIDES) and links.sound}
    plain = links.videos[0]["name"] if links.videos else SOUND
    names = {choice.name: choice for choice in offered}
    chosen = names.get(wanted) or names.get(plain) or (offered[-1] if offered else None)
    made = next((each for each in renditions if chosen and each["name"] == chosen.name), None)
    return Player(
        choices=offered, chosen=chosen, auto=wanted == AUTO and bool(links.playlist),
        source=addresses.get(chosen.name) if chosen else None, start=_start(step, at),
        version=playable.version_public_id, links=links, addresses=addresses,
        streams=_streams(links, names),
        files=_files(playable),
        stills=delivery.stills(playable, now=now) if chosen and chosen.kind == SLIDES else (),
        passages=[
            (start, end, prices.of_passages(made, step, [(start, end)]) if made else 0)
            for start, end in step.missing
        ],
    )  # fmt: skip


def _streams(links: delivery.Links, names: Container[str]) -> dict[str, str]:
    """Where each format is in segments."""
    found = {video["name"]: video["stream"] for video in links.videos}
    if links.playlist and links.videos:
        found[AUTO] = links.playlist
    if links.sound_stream:
        found |= {name: links.sound_stream for name in (SOUND, SLIDES) if name in names}
    return found


def files(session: Session, step: Step) -> list[File]:
    """The plain files of a recording step."""
    playable = media.playable(session, [step.recording_id]).get(step.recording_id) if step.recording_id else None
    return _files(playable) if playable else []


def _files(playable: media.Playable) -> list[File]:
    return [
        File(
            made["name"],
            made["kind"],
            made["download_bytes"],
            f"{playable.key}/{made['download']}",
            size_name(made["name"], made["width"], made["height"]),
        )  # fmt: skip
        for made in playable.renditions
        if made["download"] and made["download_bytes"] and playable.key
    ]


def _start(step: StepView, at: float | None) -> float:
    """The second to start at: the one asked for, else where the recording opens for this person, on any device."""
    if at is None or at < 0:
        return step.opening.second
    return at if at <= (step.duration or 0.0) - rules.PLAYABLE else 0.0


@dataclass(frozen=True)
class Weighed:
    """A version of a recording with what the segments of each of its formats weigh."""

    version: str
    duration: float
    formats: list[dict[str, Any]]


def weighed(session: Session, step: StepView) -> Weighed | None:
    """The version that learners see, or None while there is none; segment by segment where its person misses it."""
    if step.recording_id is None:
        return None
    playable = media.playable(session, [step.recording_id]).get(step.recording_id)
    if playable is None or not playable.duration:
        return None
    texts = media.weights_of(session, [playable.version_id])
    formats = []
    for made in playable.renditions:
        weights = json.loads(texts.get((playable.version_id, made["name"]), "[]"))
        facts = {key: made[key] for key in ("name", "kind", "height", "bytes")}
        pictures = rules.pictures(weights)
        parts = {"segments": rules.coarse(weights, step.missing), "pictures": pictures}
        formats.append(facts | parts | {"listed": len(weights) - len(pictures)})
    return Weighed(playable.version_public_id, playable.duration, formats)
