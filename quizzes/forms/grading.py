"""What people type about quizzes."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from app.errors import Invalid
from app.i18n import lazy, number
from app.text import LONGEST
from app.web.forms import Form
from quizzes.rules import numbers


class GradeForm(Form):
    """Points, with either decimal sign, and a comment for the learner."""

    points = StringField(lazy("Points"))
    comment = TextAreaField(lazy("Your comment"), [Length(max=LONGEST, message=lazy("Shorten the comment."))])
    after = HiddenField()

    def read_points(self) -> float:
        """The points as a number; what is none is refused beside its field."""
        read = numbers.number(self.points.data or "")
        if read is None:
            raise Invalid(fields={"points": lazy("Write the points as a number, for example 2.5.")})
        return float(read)

    def fill(self, points: float | None, comment: str, after: int) -> None:
        """Show a grade as it stands."""
        self.points.data = "" if points is None else number(points, 2)
        self.comment.data, self.after.data = comment, str(after)

    def seen(self) -> int:
        """The version of the grade that the page showed."""
        return count(self.after.data)


def count(text: str | None) -> int:
    """A number that one of our pages sent back; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
