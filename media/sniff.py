"""Say from its first bytes which one demuxer may read a file; its name and extension say nothing."""

HEAD_BYTES = 256 * 1024

_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"moof", b"styp", b"sidx", b"udta", b"uuid"}
# Pictures in the boxes of a film (HEIF, AVIF, CR3); moving ones are no more a recording than a GIF.
_PICTURES = {b"avif", b"avis", b"mif1", b"msf1", b"miaf", b"crx "}
_PICTURES |= {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (0, b"FLV\x01", "flv"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"#!AMR", "amr"),
    (0, b"caff", "caf"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"\x06\x0e\x2b\x34", "mxf"),
    (0, b"\x00\x00\x01\xba", "mpeg"),
    (0, b"ID3", "mp3"),
)
_RIFF = {b"AVI ": "avi", b"AVIX": "avi", b"WAVE": "wav"}
_MP3_KBITS = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_PACKETS = ((188, 0), (192, 4), (204, 0))


def sniff(head: bytes) -> str | None:
    """The demuxer for a file that begins with `head`, or None when it is no recording we know."""
    for offset, magic, demuxer in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return demuxer
    if head[:4] in {b"RIFF", b"RF64", b"BW64"}:
        return _RIFF.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return "aiff"
    if head[4:8] in _BOXES:
        return None if head[4:8] == b"ftyp" and head[8:12] in _PICTURES else "mov"
    if _is_transport_stream(head):
        return "mpegts"
    return _audio_frame(head)


def _is_transport_stream(head: bytes) -> bool:
    for size, start in _PACKETS:
        marks = head[start : start + size * 8 : size]
        if len(head) >= start + size * 3 and len(marks) >= 3 and set(marks) == {0x47}:
            return True
    return False


def _audio_frame(head: bytes) -> str | None:
    if len(head) < 6:
        return None
    if head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    if head[:2] == b"\x0b\x77":
        return "eac3" if head[5] >> 3 > 10 else "ac3"
    return "mp3" if _has_mp3_frames(head) else None


def _has_mp3_frames(head: bytes) -> bool:
    """Three frames in a row, wherever they begin: some recorders put zeros or other matter before them."""
    start = head.find(b"\xff")
    while start >= 0:
        position, frames = start, 0
        while frames < 3 and (length := _mp3_frame_length(head[position : position + 4])):
            position, frames = position + length, frames + 1
        if frames == 3:
            return True
        start = head.find(b"\xff", start + 1)
    return False


def _mp3_frame_length(header: bytes) -> int:
    """The length of a layer III frame, or 0 when these four bytes do not begin one."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, bitrate, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or bitrate in {0, 15} or rate == 3:
        return 0
    newest = version == 3
    kbits = _MP3_KBITS[newest][bitrate - 1]
    hertz = (44100, 48000, 32000)[rate] >> (0 if newest else 1 if version == 2 else 2)
    return (144 if newest else 72) * kbits * 1000 // hertz + (header[2] >> 1 & 1)
