"""The terms of a quiz as a trainer types them."""

from wtforms import BooleanField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.i18n import endonym, lazy
from app.text import LONGEST
from app.web.forms import choices
from app.web.shared import SharedForm
from quizzes.actions.editing import Terms, print_of_terms
from quizzes.models import Quiz

LANGUAGES = ("fr", "en", "pt", "ar")
MOST_ATTEMPTS = 100
MOST_MINUTES = 24 * 60


class SettingsForm(SharedForm):
    """Introduction, pass mark, attempts, time."""

    lang = SelectField(lazy("Language of the quiz"), choices=choices((code, endonym(code)) for code in LANGUAGES))
    intro = TextAreaField(lazy("Introduction"), [Length(max=LONGEST, message=lazy("Shorten the introduction."))])
    pass_mark = IntegerField(
        lazy("Pass mark, in percent of the points"),
        [
            InputRequired(lazy("Write the pass mark in percent, for example 60.")),
            NumberRange(0, 100, lazy("Write a pass mark between 0 and 100.")),
        ],
    )
    max_attempts = IntegerField(
        lazy("Attempts allowed"), [Optional(), NumberRange(1, MOST_ATTEMPTS, lazy("Allow between 1 and 100 attempts."))]
    )
    minutes = IntegerField(
        lazy("Time limit, in minutes"),
        [Optional(), NumberRange(1, MOST_MINUTES, lazy("Write between 1 and 1440 minutes."))],
    )
    show_expected = BooleanField(
        lazy("Show expected answers and explanations once the quiz is passed or no attempt is left")
    )

    def fill(self, quiz: Quiz | None, lang: str) -> None:
        """Show the terms as they stand, or those that a new quiz begins with."""
        self.began.data = print_of_terms(quiz, lang)
        self.lang.data = quiz.lang if quiz else lang
        self.intro.data = quiz.intro if quiz else ""
        self.pass_mark.data = round(quiz.pass_mark * 100) if quiz else 50
        self.max_attempts.data = quiz.max_attempts if quiz else 2
        self.minutes.data = quiz.time_limit_s // 60 if quiz and quiz.time_limit_s else None
        self.show_expected.data = quiz.show_expected_at is not None if quiz else True

    def terms(self) -> Terms:
        """What was typed."""
        return Terms(
            lang=self.lang.data, intro=self.intro.data or "", pass_mark=(self.pass_mark.data or 0) / 100,
            max_attempts=self.max_attempts.data, time_limit_s=self.minutes.data * 60 if self.minutes.data else None,
            show_expected=bool(self.show_expected.data),
        )  # fmt: skip
