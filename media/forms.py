"""The forms of the recordings pages."""

from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from app.i18n import lazy
from app.text import at_most
from app.web.forms import Form, choices
from media.actions import LONGEST_TITLE
from media.captions import LANGUAGES
from media.captions.editing import second

LONGEST_LIST = 20_000


class UploadForm(Form):
    """New recordings: their records first, then their files."""

    title = StringField(lazy("Title"), validators=[Length(max=LONGEST_TITLE, message=at_most(LONGEST_TITLE))])
    file = MultipleFileField(lazy("Video or sound files"), validators=[FileRequired(lazy("Choose a file."))])

    def validate_title(self, field: StringField) -> None:
        """Of several, each is named after its file."""
        if not field.data and len(self.file.data or ()) < 2:
            raise ValidationError(lazy("Write the title."))


class VersionForm(Form):
    """One more file for the same recording."""

    file = FileField(lazy("Video or sound file"), validators=[FileRequired(lazy("Choose a file."))])


class TitleForm(Form):
    """Another title."""

    title = StringField(
        lazy("Title"),
        validators=[
            DataRequired(lazy("Write the title.")),
            Length(max=LONGEST_TITLE, message=at_most(LONGEST_TITLE)),
        ],
    )


class CaptionForm(Form):
    """Subtitles in one language."""

    language = SelectField(lazy("Language"), choices=choices(LANGUAGES))
    captions = FileField(lazy("Subtitle file"), validators=[FileRequired(lazy("Choose a file."))])


class MarkForm(Form):
    """A passage of the new file about which somebody knows better than the comparison."""

    start = StringField(lazy("From"))
    end = StringField(lazy("To"))

    @property
    def passage(self) -> tuple[float, float]:
        """Once it was validated."""
        return second(self.start.data or "") or 0.0, second(self.end.data or "") or 0.0

    def validate_start(self, field: StringField) -> None:
        """A time."""
        if second(field.data or "") is None:
            raise ValidationError(lazy("Write a time of the new file, for example 12:40."))

    def validate_end(self, field: StringField) -> None:
        """A later one."""
        self.validate_start(field)
        if (start := second(self.start.data or "")) is not None and (second(field.data or "") or 0.0) <= start:
            raise ValidationError(lazy("The passage ends before it begins."))


class CutsForm(Form):
    """What was cut out of the present file, put in, or recorded again."""

    cuts = TextAreaField(
        lazy("What was changed, a line for each"),
        description=lazy("Times are those of the present file. Leave it empty where nothing was changed."),
        validators=[Length(max=LONGEST_LIST, message=at_most(LONGEST_LIST))],
    )
