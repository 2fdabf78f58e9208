"""The form of a word to learners."""

from wtforms import HiddenField, StringField, TextAreaField

from app.i18n import lazy
from app.web.forms import Form


class WordForm(Form):
    """What it is about, and the word itself."""

    subject = StringField(lazy("What it is about"))
    text = TextAreaField(lazy("Your word"))
    asked_at = HiddenField()
