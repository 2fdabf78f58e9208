"""Speech to text: a seam. Without the setting SPEECH there is no engine, and pages say nothing of one."""

import re
import shlex
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.config import Config
from media import captions
from media.captions import Cue
from media.processes import Limits, run

LONGEST_SECONDS = 12 * 3600.0
MOST_MEMORY = 16 * 1024**3
_TOLD = re.compile(rb"^progress=(\d(?:\.\d{1,9})?)\s*$", re.MULTILINE)


class Engine(Protocol):
    """Whatever writes down what is said. `heard` gets the part that is done and may raise to stop."""

    def transcribe(self, sound: Path, language: str, heard: Callable[[float | None], None]) -> Sequence[Cue]:
        """What is said in the sound, with its times; Invalid where the engine gives no subtitles."""


class Command:
    """A program of this machine, called with the sound file and the language; it prints WebVTT or SRT.

    Lines like `progress=0.25` before it say how far it is.
    """

    def __init__(self, command: str) -> None:
        self.argv = shlex.split(command)

    def transcribe(self, sound: Path, language: str, heard: Callable[[float | None], None]) -> Sequence[Cue]:
        """Run it beside its sound, within limits."""
        said = bytearray()

        def listen(_line: str) -> None:
            told = _TOLD.findall(said)
            heard(min(1.0, float(told[-1])) if told else None)

        program = shutil.which(self.argv[0]) or self.argv[0]
        limits = Limits(seconds=LONGEST_SECONDS, stall_seconds=LONGEST_SECONDS, memory_bytes=MOST_MEMORY)
        run([program, *self.argv[1:], str(sound), language], sound.parent, limits, listen, raw=said.extend)
        return captions.read(_TOLD.sub(b"", said)).cues


def engine(config: Config) -> Engine | None:
    """The engine that is set, if one is."""
    return Command(config.speech) if config.speech else None
