"""The forms of this room."""

from wtforms import RadioField, TextAreaField, TimeField
from wtforms.validators import DataRequired, Optional

from app.errors import Invalid
from app.i18n import lazy
from app.web.forms import Form, choices
from modules.attendance.actions import Session
from modules.attendance.rules import WHOLE, sessions

PARTS = {
    WHOLE: lazy("The whole day at once"),
    "halves": lazy("Morning and afternoon"),
    "sessions": lazy("Sessions with names of their own"),
}


class HalvesForm(Form):
    """How a day is parted: hours count only where they belong to what was chosen."""

    parts = RadioField(
        lazy("Attendance is noted for"),
        choices=choices(PARTS),
        validators=[DataRequired(lazy("Choose one of the three."))],
    )
    morning_starts = TimeField(lazy("The morning begins at"), validators=[Optional()])
    morning_ends = TimeField(lazy("The morning ends at"), validators=[Optional()])
    afternoon_starts = TimeField(lazy("The afternoon begins at"), validators=[Optional()])
    afternoon_ends = TimeField(lazy("The afternoon ends at"), validators=[Optional()])
    sessions = TextAreaField(lazy("Sessions, one on each line"), validators=[Optional()])

    def wanted(self) -> list[Session]:
        """What was chosen."""
        if self.parts.data == WHOLE:
            return [Session(WHOLE)]
        if self.parts.data == "halves":
            return [
                Session("morning", "", self.morning_starts.data, self.morning_ends.data),
                Session("afternoon", "", self.afternoon_starts.data, self.afternoon_ends.data),
            ]
        found = sessions(self.sessions.data or "")
        if not found:
            raise Invalid(lazy("Write the name of at least one session."))
        return [Session("session", *each) for each in found]
