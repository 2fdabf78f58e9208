"""When somebody wants mail."""

from typing import Any

from wtforms import BooleanField, RadioField, SelectField

from app.i18n import lazy
from app.i18n.formats import day_names, hour_of
from app.notices.rules import Mails, Wish
from app.web.forms import Form, choices

OFTEN = {
    Mails.DAILY: lazy("Every day, in one mail"),
    Mails.WEEKLY: lazy("Every week, in one mail"),
    Mails.OFF: lazy("Never: I read my notices here"),
}


class WishForm(Form):
    """How often, at which hour, and when not."""

    mails = RadioField(lazy("How often"), choices=choices(OFTEN))
    hour = SelectField(lazy("At what time"), coerce=int)
    weekday = SelectField(lazy("Day of the weekly mail"), coerce=int)
    at_once = BooleanField(lazy("What is urgent comes at once, but not in quiet hours"))
    quiet_from = SelectField(lazy("Quiet hours begin"), coerce=int)
    quiet_until = SelectField(lazy("Quiet hours end"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = [(hour, hour_of(hour)) for hour in range(24)]
        for field in (self.hour, self.quiet_from, self.quiet_until):
            field.choices = hours
        self.weekday.choices = list(enumerate(day_names()))

    def wish(self) -> Wish:
        """What was chosen."""
        names = ("mails", "at_once", "hour", "weekday", "quiet_from", "quiet_until")
        return Wish(**{name: self[name].data for name in names})
