"""Why a file failed, and what to do about it, in plain words."""

from typing import Any

from app.i18n import _, lazy, span
from media.rules import Reason, State

_SENTENCES: dict[str, Any] = {
    Reason.EMPTY: lazy("The file is empty. Check the export, then send it again."),
    Reason.NOT_A_RECORDING: lazy("This file is neither a video nor a sound recording. Choose another file."),
    Reason.BROKEN: lazy("The file is damaged or incomplete. Export it again, then send it again."),
    Reason.NO_STREAMS: lazy("The file holds no picture and no sound that can be used. Check the export."),
    Reason.UNKNOWN_CODEC: lazy("The file is in a format this server cannot read. Export it as MP4 (H.264, AAC)."),
    Reason.ENCRYPTED: lazy("The file is locked against copying. Send one without a lock."),
    Reason.PICTURE_TOO_LARGE: lazy("The picture is too large. Export it with at most 4096 × 2160 points."),
    Reason.TOO_LONG: lazy("The recording lasts more than 12 hours. Cut it into parts."),
    Reason.TOO_HEAVY: lazy("The conversion needed more memory or disk than one file may take. Export it again as MP4."),
    Reason.TIMED_OUT: lazy("The conversion made no progress and was stopped. Try again."),
    Reason.DISK_FULL: lazy("The server's disk is full. Ask for space, then try again."),
    Reason.STORAGE: lazy("The media store did not answer. Try again."),
    Reason.INTERRUPTED: lazy("The conversion was interrupted several times. Try again, or tell the technical support."),
    Reason.NO_ROOM: lazy("It waits for disk space, and begins by itself as soon as there is enough."),
    Reason.LETS_PASS: lazy("It can be watched. Its other sizes are made after a few shorter recordings."),
    Reason.OTHER_BYTES: lazy("What arrived is not the file that was sent: its checksum differs. Send it again."),
    Reason.EXPIRED: lazy("Nothing has arrived for seven days, so the upload was ended. Send the file again."),
}
STATES: dict[State, Any] = {
    State.UPLOADING: lazy("Being sent"),
    State.RECEIVED: lazy("Received, waiting"),
    State.PROBING: lazy("Being checked"),
    State.TRANSCODING: lazy("Being converted"),
    State.READY: lazy("Ready"),
    State.FAILED: lazy("Failed"),
    State.CANCELLED: lazy("Cancelled"),
}


def sentence(reason: str) -> str:
    """The sentence for a reason."""
    code, *figures = reason.split()
    if code == Reason.CUT_SHORT and len(figures) == 2:
        there, whole = (span(float(figure)) for figure in figures)
        return _(
            "The file ends before its recording does: %(there)s of %(whole)s are there. Send it again.",
            there=there, whole=whole,
        )  # fmt: skip
    return str(_SENTENCES.get(reason, _SENTENCES[Reason.BROKEN]))
