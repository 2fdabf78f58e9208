"""One recording as a row of the administrator's list: where it stands, in words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from app.config import Config
from app.i18n import _, day, locale_code, megabytes, ngettext, percent, span
from media import uploads
from media.holds import still
from media.lists import Counts, Listed
from media.reasons import sentence
from media.rules import RUNNING, STAGES, Origin, Reason, State, may_cancel, may_retry, share, size_name, upload_ends
from media.uses import dye


@dataclass(frozen=True)
class Row:
    """What the page shows of a recording and of its newest file."""

    recording: Listed
    title: str
    tag: str
    tone: str
    stages: Markup
    part: float
    figures: Markup
    note: str
    kept: str  # What steps show meanwhile.
    paused: bool
    drawn: bool  # The server is making the file: how far it is, nobody knows.
    live: bool
    dye: int
    can_cancel: bool
    can_retry: bool
    can_replace: bool


def row(config: Config, recording: Listed, renditions: Sequence[Any], now: datetime) -> Row:
    """The row of a recording, with what was made of its newest file."""
    state = recording.state
    found = uploads.standing(config, recording) if state is State.UPLOADING else None
    here = found[0] if found else recording.received
    drawn = state is State.UPLOADING and recording.origin is Origin.SERVER
    paused = found is not None and not drawn and still(found[1], now)
    part = share(here, recording.size) if state is State.UPLOADING else recording.progress
    tag, tone = _tag(recording, paused)
    again = may_retry(state, recording.reason) and uploads.standing(config, recording) is not None
    return Row(
        recording=recording,
        title=recording.title or recording.file_name or _("Untitled recording"),
        tag=tag,
        tone=tone,
        stages=_stages(state, recording.origin, locale_code()),
        part=1.0 if state is State.READY else part,
        figures=_figures(recording, renditions, here),
        note=_note(recording, part, paused, again),
        kept=_kept(recording),
        paused=paused,
        drawn=drawn,
        live=state in {State.RECEIVED, *RUNNING} or (state is State.UPLOADING and not paused),
        dye=dye(recording.place),
        can_cancel=may_cancel(state),
        can_retry=again,
        can_replace=state in {State.READY, State.FAILED, State.CANCELLED},
    )


def headline(counts: Counts) -> str:
    """The first sentence of the page: what is going on."""
    parts = [
        ngettext("%(num)d upload", "%(num)d uploads", counts.sending) if counts.sending else "",
        ngettext("%(num)d paused upload", "%(num)d paused uploads", counts.paused) if counts.paused else "",
        ngettext("%(num)d made by the server", "%(num)d made by the server", counts.drawing) if counts.drawing else "",
        ngettext("%(num)d conversion", "%(num)d conversions", counts.working) if counts.working else "",
        ngettext("%(num)d waiting", "%(num)d waiting", counts.waiting) if counts.waiting else "",
        ngettext("%(num)d failure", "%(num)d failures", counts.failed) if counts.failed else "",
    ]
    said = [part for part in parts if part]
    if said:
        return _("At this moment: %(list)s", list=_(", ").join(said))
    if counts.ready:
        return ngettext("%(num)d recording is ready", "%(num)d recordings are ready", counts.ready)
    return _("No recording yet")


def lead(counts: Counts) -> str:
    """What may be done meanwhile, as far as something goes on."""
    converting = counts.drawing + counts.working + counts.waiting
    if converting and counts.sending:
        return _(
            "You may close this page: the conversion goes on at the server, and an upload goes on where it stopped."
        )
    if converting:
        return _("You may close this page: the conversion goes on at the server.")
    if counts.sending:
        return _("You may close this page: choose the same file later, and the upload goes on where it stopped.")
    if counts.failed or counts.paused:
        return _("Nothing is going on. Beside each paused upload and each failure stands what helps.")
    return ""


def cancelling(config: Config, row: Row) -> tuple[str, str]:
    """The question before a file is given up, and what would be lost."""
    found = uploads.standing(config, row.recording)
    here = found[0] if found else row.recording.received
    if row.drawn:
        return _("Cancel this preparation?"), _(
            "What the server has prepared will be deleted. It does not begin again."
        )
    if row.recording.state is State.UPLOADING:
        return _("Cancel this upload?"), _("%(size)s have arrived. They will be deleted.", size=megabytes(here))
    lost = _("The file (%(size)s) and what was made of it will be deleted. To convert it, it must be sent again.",
             size=megabytes(here))  # fmt: skip
    return _("Cancel this conversion?"), lost


def effect(steps: int, kept: bool) -> str:
    """What giving the newest file up means for the steps that show the recording; `kept`: an earlier file is ready."""
    if not steps:
        return _("No step shows this recording.")
    if kept:
        return ngettext(
            "%(num)d step shows this recording, and goes on with its earlier file.",
            "%(num)d steps show this recording, and go on with its earlier file.", steps,
        )  # fmt: skip
    return ngettext(
        "%(num)d step shows this recording: it stays empty until another file is sent.",
        "%(num)d steps show this recording: they stay empty until another file is sent.", steps,
    )  # fmt: skip


def archiving(steps: int) -> str:
    """What taking the recording off the list means for them."""
    if not steps:
        return _("The recording leaves the list. No step shows it.")
    return ngettext(
        "The recording leaves the list; %(num)d step goes on showing it.",
        "The recording leaves the list; %(num)d steps go on showing it.", steps,
    )  # fmt: skip


def _kept(version: Listed) -> str:
    if version.kept and version.state is State.READY:
        return _("The new file waits for your yes: learners see the present one until then.")
    if not version.kept or version.state not in {State.FAILED, State.CANCELLED}:
        return ""
    shown = version.place is not None
    return _("Steps go on showing the earlier file.") if shown else _("The earlier file stays.")


def _tag(version: Listed, paused: bool) -> tuple[str, str]:
    if version.state is State.FAILED:
        return _("Failed"), "bad"
    if version.state is State.CANCELLED:
        return _("Cancelled"), ""
    if version.state is State.READY:
        return span(version.duration or 0), "good"
    if paused:
        return _("paused"), ""
    if version.eta_s is not None:
        return _("%(time)s left", time=span(max(1, version.eta_s))), ""
    if version.state is State.RECEIVED:
        return _("waiting"), ""
    return "", ""


@lru_cache(maxsize=64)
def _stages(state: State, origin: Origin, language: str) -> Markup:
    """The way of a file and where it is on it. Kept per language: a list shows the same few lines twenty times."""
    if state in {State.FAILED, State.CANCELLED}:
        return Markup("")
    first = _("Prepared by the server") if origin is Origin.SERVER else _("Upload")
    words = (first, _("Check"), _("Conversion"), _("Ready"))
    present = STAGES.index(State.PROBING if state is State.RECEIVED else state)
    waits = state is State.RECEIVED
    ready = state is State.READY
    lines = [
        Markup('<li class="{}"{}>{}</li>').format(
            "done" if place < present or ready else "now" if place == present and not waits else "",
            Markup(' aria-current="step"') if place == present and not (ready or waits) else "",
            word,
        )
        for place, word in enumerate(words)
    ]
    return Markup('<ol class="stages">{}</ol>').format(Markup("").join(lines))


def _figures(version: Listed, renditions: Sequence[Any], here: int) -> Markup:
    told: list[str] = []
    if version.state is State.UPLOADING and version.size:
        told = [_("%(done)s of %(whole)s", done=megabytes(here), whole=megabytes(version.size))]
    elif version.state is State.READY:
        told = _choices(renditions)
        told.append(megabytes(sum(made.bytes for made in renditions if made.kind != "slides")))  # Its sound is counted.
    elif version.shown_at and version.state is State.TRANSCODING:
        told = [*_choices(renditions), _("can be watched already")]
    elif version.state in {State.FAILED, State.CANCELLED}:
        name = Markup("<bdi>{}</bdi>").format(version.file_name) if version.file_name else ""
        told = [name, megabytes(version.size) if version.size else ""]
    return Markup(_(", ")).join(filter(None, told))


def _choices(renditions: Sequence[Any]) -> list[str]:
    words = {"sound": _("sound"), "slides": _("slides")}
    return [words.get(made.kind) or size_name(made.name, made.width, made.height) for made in renditions]


def _note(version: Listed, part: float, paused: bool, again: bool) -> str:
    if may_retry(version.state, version.reason) and not again:
        return _("The file is no longer here: send it again.")
    if version.state in {State.FAILED, State.CANCELLED} and version.reason:
        return sentence(version.reason)
    if version.state is State.CANCELLED:
        return _("It was cancelled, and nothing of this file was kept.")
    if version.reason in {Reason.NO_ROOM, Reason.LETS_PASS}:
        return sentence(version.reason)
    if version.state is State.RECEIVED and version.reason:
        return _("The last try failed; the next one begins by itself.")
    if paused and version.size:
        ends = day(upload_ends(version.state_at))
        said = _("Nothing is lost: choose the same file, and the upload goes on at %(part)s.", part=percent(part))
        return said + " " + _("It is kept until %(day)s.", day=ends)
    return ""
