"""The forms of the recordings pages."""

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.i18n import lazy
from app.text import at_most
from app.web.forms import Form, choices
from media.actions import LONGEST_TITLE
from media.captions import LANGUAGES


class UploadForm(Form):
    """A new recording: its record first, then its file."""

    title = StringField(
        lazy("Title"),
        validators=[
            DataRequired(lazy("Write the title.")),
            Length(max=LONGEST_TITLE, message=at_most(LONGEST_TITLE)),
        ],
    )
    file = FileField(lazy("Video or sound file"), validators=[FileRequired(lazy("Choose a file."))])


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
