"""What is typed about certificates."""

from wtforms import StringField, TextAreaField

from app.i18n import lazy
from app.web.forms import Form


class RevokeForm(Form):
    """Why a certificate holds no longer."""

    why = StringField(lazy("Reason"))


class CheckForm(Form):
    """What somebody has in hand."""

    text = TextAreaField(lazy("The number, or the text of the code"))
