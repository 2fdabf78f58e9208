"""Notes as the page shows them, and as files to take along."""

import re
from collections.abc import Iterable, Sequence

from flask import url_for

from app.i18n import _, clock, ngettext
from app.web import tables
from modules.queries.notes import Noted, NoteView
from modules.words.steps import numbered

_ESCAPED = r"\\\1"
_MARKS = re.compile(r"([\\`*_\[\]<>#|])")


def note_link(note: NoteView, step_public_id: str) -> str:
    """The place in the recording, with and without scripts."""
    where = f"{note.second:g}"
    return url_for("modules.step", public_id=step_public_id, t=where, _anchor=f"t={where}")


def notes_count(noted: Sequence[Noted]) -> str:
    """ "12 notes on 3 recordings"."""
    count = sum(len(of.notes) for of in noted)
    notes = ngettext("%(num)d note", "%(num)d notes", count)
    return ngettext("%(notes)s, on one recording", "%(notes)s, on %(num)d recordings", len(noted), notes=notes)


def notes_as_text(noted: Iterable[Noted]) -> str:
    """Plain text, one note after the other."""
    return "\n".join(
        f"{_place(of)}\n\n" + "\n".join(f"[{_time(note)}] {note.body}\n" for note in of.notes) for of in noted
    )


def notes_as_markdown(noted: Iterable[Noted]) -> str:
    """Markdown: a heading for each recording, each note under its time, as typed."""
    parts = (
        [f"## {_MARKS.sub(_ESCAPED, _place(of))}\n", *(f"**{_time(note)}**\n\n{note.body}\n" for note in of.notes)]
        for of in noted
    )
    return "\n".join("\n".join(part) for part in parts)


def notes_as_table(noted: Iterable[Noted], name: str, zone: str) -> tables.Table:
    """A table for spreadsheets."""
    heads = [_("Module"), _("Recording"), _("Time"), _("Seconds"), tables.timed(_("Written on"), zone), _("Note")]
    rows = (
        (numbered(of.number, of.module), of.title, _time(note), note.second, note.at, note.body)
        for of in noted for note in of.notes
    )  # fmt: skip
    return tables.Table(name, heads, rows, zone)


def _place(of: Noted) -> str:
    return f"{numbered(of.number, of.module)} – {of.title}"


def _time(note: NoteView) -> str:
    return _("no longer in the recording") if note.second is None else clock(note.second)
