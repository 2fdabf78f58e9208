"""Forms of the builder and of assignments."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, Optional, StopValidation, ValidationError

from app.errors import Invalid
from app.i18n import lazy
from app.people.models import Cohort
from app.people.zone_field import ZoneField
from app.text import clean_line
from app.web.forms import Form, choices
from app.web.shared import SharedForm
from modules.actions import When
from modules.rules import second_of

LANGUAGES = [("fr", "Français"), ("en", "English"), ("pt", "Português"), ("ar", "العربية")]
KINDS = [("recorded", lazy("Recorded, followed online")), ("in_person", lazy("In person"))]
TITLE = 200
FIRST_YEAR, LAST_YEAR = 2000, 2100
FILES = (
    "pdf doc docx odt rtf txt md csv xls xlsx ods ppt pptx odp jpg jpeg png webp gif mp3 m4a ogg wav mp4 zip epub"
).split()


class Line:
    """A line that can be kept (app.text.clean_line), and that says something where `needed` is the sentence for it."""

    def __init__(self, needed: Any = None, most: int = TITLE) -> None:
        self.needed, self.most = needed, most

    def __call__(self, _form: Form, field: StringField) -> None:
        try:
            line = clean_line(field.data or "", longest=self.most)
        except Invalid as refusal:
            raise ValidationError(refusal.sentence) from refusal
        if self.needed and not line:
            raise ValidationError(self.needed)


class Year:
    """A day of this century: a slip of the keyboard must not close a module for a thousand years."""

    def __call__(self, _form: Form, field: DateField) -> None:
        if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise ValidationError(lazy("Write a year between 2000 and 2100."))


class TitlesForm(SharedForm):
    """A title in French and, if wished, in English."""

    title_fr = StringField(
        lazy("Title in French"),
        validators=[Line(lazy("Write the title in French."))],
    )
    title_en = StringField(lazy("Title in English"), validators=[Line()])

    def titles(self) -> dict[str, str]:
        """By language."""
        return {"fr": self.title_fr.data or "", "en": self.title_en.data or ""}


class ModuleForm(TitlesForm):
    """A module."""

    number = StringField(lazy("Number"), validators=[Line(most=8)])
    kind = SelectField(lazy("Kind"), choices=choices(KINDS))
    summary_fr = TextAreaField(
        lazy("Summary in French"),
        validators=[Line(most=1000)],
    )
    summary_en = TextAreaField(
        lazy("Summary in English"),
        validators=[Line(most=1000)],
    )

    def summaries(self) -> dict[str, str]:
        """By language."""
        return {"fr": self.summary_fr.data or "", "en": self.summary_en.data or ""}


def share(_form: Any, field: Any) -> None:
    """WTForms' own range fills its message in with %, which this one holds itself."""
    value = field.data
    if value is None or not value.is_finite() or not 5 <= value <= 100:
        field.errors = []
        raise StopValidation(lazy("Write a share between 5 and 100%."))


def filled(_form: Any, field: Any) -> None:
    """A file without a byte was cut on its way to us, or was empty where it came from."""
    if field.data:
        if not field.data.stream.seek(0, 2):
            raise ValidationError(lazy("This file is empty. Choose another one."))
        field.data.stream.seek(0)


class RecordingForm(TitlesForm):
    """A recording to watch, and how much of it must be seen."""

    recording = SelectField(lazy("Recording"), coerce=str, validators=[DataRequired(lazy("Choose a recording."))])
    threshold = DecimalField(
        lazy("Share to see, in %"),
        places=0, default=90,
        validators=[share],
    )  # fmt: skip


class PageForm(TitlesForm):
    """A page in Markdown."""

    lang = SelectField(lazy("Language of the text"), choices=choices(LANGUAGES))
    body = TextAreaField(lazy("Text, in Markdown"), validators=[DataRequired(lazy("Write the text of the page."))])


class FileForm(TitlesForm):
    """A file to download; on editing, none keeps the one that is there."""

    file = FileField(
        lazy("File"),
        validators=[
            FileAllowed(FILES, lazy("This kind of file is not taken: use PDF, office files, pictures or sound.")),
            filled,
        ],
    )


class NewFileForm(FileForm):
    """The first time, a file is needed."""

    file = FileField(
        lazy("File"),
        validators=[
            FileRequired(lazy("Choose a file.")),
            FileAllowed(FILES, lazy("This kind of file is not taken: use PDF, office files, pictures or sound.")),
            filled,
        ],
    )


class DaysForm(Form):
    """The first and the last day of a module; a last day that has gone by is asked about once."""

    opens = DateField(lazy("Opens on"), validators=[Optional(), Year()])
    due = DateField(lazy("Last day"), validators=[Optional(), Year()])
    past = BooleanField(lazy("Keep this last day although it has passed"))
    asks = False

    def sure(self, today: date, kept: date | None = None) -> bool:
        """Whether the last day is still ahead, stays as it was, or is meant; if not, the form asks."""
        due, self.asks = self.due.data, bool(self.past.data)
        if not due or due >= today or due == kept or self.past.data:
            return True
        self.asks = True
        self.refuse({"due": lazy("This day has passed: learners will read that the deadline is over.")})
        return False


class NoteForm(Form):
    """A note at a second of a recording."""

    at = StringField(lazy("At"))
    body = TextAreaField(lazy("Note"))

    def second(self) -> float | None:
        """The second that is meant, or None, said beside the field."""
        found = second_of(self.at.data or "")
        if found is None:
            self.refuse({"at": lazy("Write a time inside the recording, as in 12:30.")})
        return found


class AssignmentForm(DaysForm):
    """A module for a cohort, with its first and last day there."""

    module = SelectField(lazy("Module"), coerce=str, validators=[DataRequired(lazy("Choose a module."))])


class ElsewhereForm(Form):
    """The module that a step goes over to."""

    module = SelectField(lazy("Module"), validators=[DataRequired(lazy("Choose the other module."))])


class DatesForm(DaysForm, SharedForm):
    """The days of a module that a cohort has; the zone is asked where the cohort's has changed."""

    zone = SelectField(lazy("Time zone of these days"))

    def filled_in(self) -> Iterator[tuple[str, Any]]:
        """Whether somebody is sure is said anew."""
        yield from ((label, field) for label, field in super().filled_in() if field is not self.past)


class MovedForm(SharedForm):
    """When and where a cohort meets."""

    day = DateField(lazy("Day"), validators=[DataRequired(lazy("Choose the day.")), Year()])
    starts = TimeField(lazy("Begins at"), validators=[Optional()])
    ends = TimeField(lazy("Ends at"), validators=[Optional()])
    place = StringField(lazy("Place"), validators=[Line()])
    zone = ZoneField(lazy("Time zone of the place"))

    def when(self, cohort: Cohort) -> When:
        """In the clock of the place, which is that of the cohort unless another is named."""
        return When(self.day.data, self.zone.data or cohort.zone, starts=self.starts.data, ends=self.ends.data)


class SittingForm(MovedForm):
    """The same for a date that is new."""

    cohort = SelectField(lazy("Cohort"), coerce=str, validators=[DataRequired(lazy("Choose a cohort."))])


STEP_FORMS: dict[str, type[TitlesForm]] = {"recording": RecordingForm, "page": PageForm, "file": FileForm}
NEW_STEP_FORMS: dict[str, type[TitlesForm]] = {**STEP_FORMS, "file": NewFileForm}


class ContestForm(Form):
    """What somebody says is wrong about a status."""

    body = TextAreaField(
        lazy("What is wrong?"), validators=[DataRequired(lazy("Say what is wrong: the text is empty."))]
    )


class AnswerForm(Form):
    """What a trainer answers to it."""

    answer = TextAreaField(
        lazy("Your answer, as the learner will read it"),
        validators=[DataRequired(lazy("Write an answer: the text is empty."))],
    )
    outcome = SelectField(
        lazy("What became of it"),
        choices=choices(
            [("changed", lazy("Something was changed")), ("kept", lazy("It stays as it is"))], lazy("Choose")
        ),
        validators=[DataRequired(lazy("Say whether something was changed."))],
    )
