"""What the files that we make are, as HTTP names it: for whoever delivers them and for the store that does."""

from media.playlist import MIME

BYTES = "application/octet-stream"  # Whatever it is: no browser opens it.
TYPES = {
    "m3u8": MIME,
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "vtt": "text/vtt; charset=utf-8",
}
_SOUNDS = {"sound.mp4"}  # An MP4 without a picture is audio/mp4 (RFC 4337), whatever its name ends with.


def type_of(name: str) -> str:
    """What a file of ours is, by its name."""
    return TYPES["m4a"] if name in _SOUNDS else TYPES.get(name.rpartition(".")[2], BYTES)
