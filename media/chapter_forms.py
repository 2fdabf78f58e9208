"""The form of a recording's chapters, which two people may have open."""

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField

from app.errors import Invalid
from app.i18n import lazy
from app.prints import print_of
from app.web.forms import choices
from app.web.shared import Saved, SharedForm
from media.captions import LANGUAGES, Cue, chapters, cues_of, read
from media.models import Version


class ChaptersForm(SharedForm):
    """Chapters in one language: a list, or a file in its place."""

    language = SelectField(lazy("Language"), choices=choices(LANGUAGES), id="chapters-language")
    chapters = TextAreaField(
        lazy("Chapters, one a line: the time, then the title"), filters=[lambda text: text or ""], id="chapters-list"
    )
    captions = FileField(lazy("Or a file of chapters"), id="chapters-file")

    found: Sequence[Cue] = ()
    saved: Sequence[Saved] = ()

    @classmethod
    def begun(cls, version: Version, language: str) -> "ChaptersForm":
        """The form as it is opened, with the chapters of this language."""
        language = language if language in LANGUAGES else next(iter(LANGUAGES))
        known = chapters_of(version)
        form = cls(formdata=None, language=language, chapters=known.get(language, ""))
        form.began.data = print_of(known)
        return form

    def read(self, version: Version) -> bool:
        """Whether what was sent can be kept: `found` then holds it."""
        known = chapters_of(version)
        if self.began.data != print_of(known):
            language = self.language.data
            self.saved = self.begin_again({"chapters": known.get(language, ""), "language": language})
            self.began.data = print_of(known)
            return False
        try:
            sent = self.captions.data
            self.found = (
                chapters.arranged(read(sent.read(), version.duration).cues, version.duration)
                if sent
                else chapters.typed(self.chapters.data or "", version.duration)
            )
        except Invalid as wrong:
            self.refuse(wrong.fields)
            return False
        return True


def chapters_of(version: Version) -> dict[str, str]:
    """The lists that are shown now, by language."""
    return {each.language: chapters.as_list(cues_of(each.body)) for each in version.shown("chapters")}
