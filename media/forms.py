"""The forms of the recordings pages."""

from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from app.i18n import lazy
from app.text import at_most
from app.web.forms import Form, choices
from media.actions import LONGEST_TITLE
from media.captions import LANGUAGES

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


class CutsForm(Form):
    """What was cut out of the present file, put in, or recorded again."""

    cuts = TextAreaField(
        lazy("What was changed, a line for each"),
        description=lazy("Times are those of the present file. Leave it empty where nothing was changed."),
        validators=[Length(max=LONGEST_LIST, message=at_most(LONGEST_LIST))],
    )
