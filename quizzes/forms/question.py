"""What forms for questions of all kinds have."""

from collections.abc import Sequence
from typing import Any, ClassVar

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from app.i18n import clock, endonym, lazy, number
from app.text import LONGEST, at_most
from app.web.forms import choices
from app.web.shared import SharedForm
from quizzes.actions import editing
from quizzes.actions.drafts import Draft
from quizzes.forms.settings import LANGUAGES
from quizzes.models import QuestionVersion
from quizzes.queries.recorded import Recorded
from quizzes.queries.seeing import See
from quizzes.rules import numbers
from quizzes.rules.kinds import Kind

TOO_LONG = Length(max=LONGEST, message=lazy("The text is too long. Shorten it."))
ONE_LINE = Length(max=1000, message=at_most(1000))


class QuestionForm(SharedForm):
    """What questions of all kinds have."""

    kind: ClassVar[Kind] = Kind.OPEN
    lang = SelectField(lazy("Language of the question"), choices=choices((code, endonym(code)) for code in LANGUAGES))
    text = TextAreaField(lazy("Question"), [TOO_LONG])
    points = StringField(lazy("Points"), [ONE_LINE])
    feedback = TextAreaField(lazy("Explanation after handing in"), [TOO_LONG])
    see = SelectField(lazy("Recording that tells it"), choices=(), validate_choice=False)
    see_at = StringField(lazy("From when on"), [ONE_LINE])

    def offer(self, recordings: Sequence[Recorded]) -> None:
        """Let the question name one of these recordings; without any it has no such fields."""
        self.see.choices = choices(((each.public_id, each.title) for each in recordings), empty=lazy("No recording"))
        if not recordings:
            del self.see, self.see_at

    def fill(self, version: QuestionVersion | None, lang: str, see: See | None = None) -> None:
        """Show a question as it stands, or an empty one; `see`: the second that it names, as it lies today."""
        if self.see is not None:
            self.see.data = see.step if see else ""
            self.see_at.data = clock(see.second) if see and see.second is not None else ""
        self.lang.data = version.lang if version else lang
        self.text.data = version.text if version else ""
        self.points.data = number(version.points, 2) if version else "1"
        self.feedback.data = version.feedback if version else ""
        self.began.data = editing.print_of_question(version) if version else ""
        self.show(version.spec if version else {})

    def draft(self) -> Draft:
        """What was typed; points that are no number count as refused points."""
        read = numbers.number(self.points.data or "")
        return Draft(
            kind=self.kind, lang=self.lang.data, text=self.text.data or "", points=-1 if read is None else float(read),
            spec=self.spec(), feedback=self.feedback.data or "",
            see=(self.see and self.see.data) or "", see_at=(self.see_at and self.see_at.data) or "",
        )  # fmt: skip

    def show(self, spec: dict[str, Any]) -> None:
        """Show what is right."""

    def spec(self) -> dict[str, Any]:
        """What was typed as right."""
        return {}
