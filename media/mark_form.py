"""The form in which somebody says what the comparison of two files missed."""

from wtforms import StringField
from wtforms.validators import ValidationError

from app.i18n import lazy
from app.web.forms import Form
from media.captions.editing import second


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
