"""HLS playlists of our own, from segments as they were measured."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

MIME = "application/vnd.apple.mpegurl"

_RANGE = re.compile(r"(\d+)(?:@(\d+))?")


@dataclass(frozen=True)
class Segment:
    """A stretch of one file that a player may load by itself."""

    seconds: float
    length: int
    offset: int


@dataclass(frozen=True)
class Track:
    """One file: where its head ends and its segments lie."""

    head: int
    segments: tuple[Segment, ...]

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return sum(segment.seconds for segment in self.segments)

    @property
    def bytes(self) -> int:
        """All that a player loads to play it from end to end."""
        return self.head + sum(segment.length for segment in self.segments)

    @property
    def average(self) -> int:
        """Bits a second over the whole."""
        return _bits(self.bytes, self.seconds)

    @property
    def peak(self) -> int:
        """Bits a second of the heaviest segment; a short last one says nothing about the line it needs."""
        longest = max(segment.seconds for segment in self.segments)
        heavy = (_bits(s.length, s.seconds) for s in self.segments if s.seconds >= longest / 2)
        return max(self.average, *heavy)

    def weights(self, whole: int | None = None) -> list[list[float]]:
        """At which second which bytes begin, the head with the first; with `whole`, as another file holds the same."""
        share = (whole or self.bytes) / self.bytes
        ends = [round(end * share) for end in accumulate(s.length for s in self.segments[1:])]
        lengths = [later - sooner for sooner, later in pairwise([0, *ends])]
        first = round(self.bytes * share) - sum(lengths)
        starts = accumulate((s.seconds for s in self.segments), initial=0.0)
        return [[round(at, 3), length] for at, length in zip(starts, [first, *lengths], strict=False)]


@dataclass(frozen=True)
class Variant:
    """One line of the master playlist."""

    uri: str
    peak: int
    average: int
    codecs: str
    width: int | None = None
    height: int | None = None
    fps: float | None = None


def read(text: str) -> Track:
    """What ffmpeg wrote about one file."""
    head, segments, seconds, end = 0, [], 0.0, 0
    for line in text.splitlines():
        if line.startswith("#EXT-X-MAP:") and (found := _RANGE.search(line.rpartition("BYTERANGE=")[2])):
            head = end = int(found[1])
        elif line.startswith("#EXTINF:"):
            seconds = float(line.removeprefix("#EXTINF:").split(",")[0])
        elif line.startswith("#EXT-X-BYTERANGE:") and (found := _RANGE.search(line)):
            offset = int(found[2]) if found[2] else end
            segments.append(Segment(seconds, int(found[1]), offset))
            end = offset + int(found[1])
    return Track(head, tuple(segment for segment in segments if segment.seconds > 0 and segment.length > 0))


def media_playlist(track: Track, uri: str) -> str:
    """The playlist of one file."""
    longest = max(segment.seconds for segment in track.segments)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, round(longest))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{uri}",BYTERANGE="{track.head}@0"',
    ]
    for segment in track.segments:
        lines += [f"#EXTINF:{segment.seconds:.6f},", f"#EXT-X-BYTERANGE:{segment.length}@{segment.offset}", uri]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def master(variants: Sequence[Variant]) -> str:
    """The playlist of playlists. The first is what a player tries first: the lightest."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for variant in variants:
        facts = [f"BANDWIDTH={variant.peak}", f"AVERAGE-BANDWIDTH={variant.average}", f'CODECS="{variant.codecs}"']
        if variant.width and variant.height:
            facts.append(f"RESOLUTION={variant.width}x{variant.height}")
        if variant.fps:
            facts.append(f"FRAME-RATE={variant.fps:.3f}")
        lines += ["#EXT-X-STREAM-INF:" + ",".join(facts), variant.uri]
    return "\n".join([*lines, ""])


def codecs(head: bytes, sound: bool) -> str:
    """The codecs of a file as RFC 6381 names them, from its own head."""
    at = head.find(b"avcC")
    picture = [f"avc1.{head[at + 5 : at + 8].hex()}"] if at >= 0 else []
    return ",".join([*picture, *(["mp4a.40.2"] if sound else [])])


def _bits(length: int, seconds: float) -> int:
    return round(length * 8 / seconds)
