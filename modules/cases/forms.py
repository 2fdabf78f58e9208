"""Forms of cases, threads and posts. Their choices carry the words of the reader's language."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from babel import UnknownLocaleError
from markupsafe import Markup, escape
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp, ValidationError
from wtforms.widgets import html_params

from app.errors import Invalid
from app.i18n import current, endonym, lazy
from app.people import countries
from app.text import clean_text, says_nothing
from app.web.forms import Form, choices
from app.web.shared import SharedForm
from modules.cases import words
from modules.cases.access import Place
from modules.cases.actions.sheet import LONGEST_FACT, LONGEST_TEXT, LONGEST_TITLE
from modules.cases.rules import FACTS, Facet
from modules.forms import Line

_STALE = lazy("This form was changed on its way: load the page again, then send it once more.")
TELLERLESS = lazy("Choose the cohort that tells the case.")
WHOLE_CASE = lazy("The whole case")


class Options:
    """The list of a choice. WTForms' own widget takes as long for its options as the page for its posts."""

    def __call__(self, field: SelectField, **attributes: Any) -> Markup:
        shown = [(escape(each.value), " selected" * each.selected, escape(each.label)) for each in field.iter_choices()]
        options = "".join(f'<option value="{value}"{chosen}>{label}</option>' for value, chosen, label in shown)
        named = html_params(**{"id": field.id, "name": field.name, **attributes})
        return Markup(f"<select {named}>{options}</select>")


class Choosing(SelectField):
    """One choice of a list."""

    widget = Options()


class Kept:
    """A text that can be kept (app.text), so that a form tells all that is wrong with it at once; it may be blank."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, _form: Form, field: StringField) -> None:
        try:
            if not says_nothing(field.data or ""):
                clean_text(field.data, longest=self.longest)
        except Invalid as refusal:
            raise ValidationError(refusal.sentence) from refusal


_TITLE = Line(lazy("Write the title."), LONGEST_TITLE)


class PostForm(Form):
    """One contribution to a discussion."""

    kind = Choosing(lazy("Kind"), [DataRequired(words.KINDLESS)])
    stage = Choosing(lazy("Stage"))
    language = Choosing(lazy("Language of the text"))
    consent = Choosing(lazy("Sharing"))
    body = TextAreaField(lazy("Your contribution"), [DataRequired(lazy("Write something: the text is empty."))])
    client_id = HiddenField(validators=[Length(max=64, message=_STALE)])
    version = HiddenField(validators=[Regexp(r"[0-9]{0,9}\Z", message=_STALE)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices(words.kinds(), lazy("Choose"))
        self.stage.choices = stages()
        self.language.choices = languages(self.language.object_data)
        self.consent.choices = choices(words.CONSENTS)


class ThreadForm(SharedForm):
    """A new discussion, or a moved one."""

    title = StringField(lazy("Title of the discussion"), [_TITLE])
    stage = Choosing(lazy("Stage"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stage.choices = stages()


class HidingForm(Form):
    """Why a post goes out of sight."""

    reason = StringField(lazy("Reason"), [DataRequired(lazy("Write the reason: the author reads it."))])


class Teller:
    """Whoever begins to tell a case of the whole cycle says which cohort tells it; title and sharing need none."""

    def __call__(self, form: Form, field: SelectField) -> None:
        told = (form[name].data for name in (*FACTS, *Facet) if name in form)
        if not field.data and not all(says_nothing(text or "") for text in told):
            raise ValidationError(TELLERLESS)


class TellingForm(SharedForm):
    """What is told of a case. Who could have several cohorts tell it chooses one."""

    place = Choosing(lazy("Cohort"), [Teller()])

    def __init__(self, tellers: Sequence[Place], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = self.place.data or ""  # Also where there is nothing to choose any more.
        if len(tellers) > 1:
            self.place.choices = choices(((place.key, place.name) for place in tellers), lazy("Choose"))
        else:
            del self.place

    def filled_in(self) -> Iterator[tuple[str, Any]]:
        """The sheet alone: a cohort that was not given the case yet is saved nowhere."""
        return ((label, field) for label, field in super().filled_in() if field.name != "place")


class CaseForm(TellingForm):
    """The facts of a case."""

    country = Choosing(lazy("Country"), [DataRequired(lazy("Choose a country from the list."))])
    title = StringField(lazy("Title"), [_TITLE])
    territory = TextAreaField(words.FACTS["territory"], [Kept(LONGEST_FACT)])
    partners = TextAreaField(words.FACTS["partners"], [Kept(LONGEST_FACT)])
    convention = StringField(words.FACTS["convention"], [Kept(LONGEST_FACT)])
    means = TextAreaField(words.FACTS["means"], [Kept(LONGEST_FACT)])
    perspectives = TextAreaField(words.FACTS["perspectives"], [Kept(LONGEST_FACT)])
    consent = Choosing(lazy("Sharing"))
    language = Choosing(lazy("Language of the text"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices(countries.names(current()), lazy("Choose a country"))
        self.consent.choices = choices(words.CONSENTS)
        self.language.choices = languages(self.language.object_data)

    def told(self) -> dict[str, Any]:
        """Everything that is typed, as the actions take it."""
        facts = {fact: self[fact].data or "" for fact in FACTS}
        heading = {"country": self.country.data, "title": self.title.data, "consent": self.consent.data}
        return {**heading, "lang": self.language.data, "facts": facts}


class NewCaseForm(CaseForm):
    """A case to be made, in one of the cohorts that its maker leads."""

    place = Choosing(lazy("Cohort"), [DataRequired(TELLERLESS)])


class StageForm(TellingForm):
    """The four texts of one stage."""

    done = TextAreaField(words.FACETS[Facet.DONE], [Kept(LONGEST_TEXT)])
    difficulties = TextAreaField(words.FACETS[Facet.DIFFICULTIES], [Kept(LONGEST_TEXT)])
    lessons = TextAreaField(words.FACETS[Facet.LESSONS], [Kept(LONGEST_TEXT)])
    successes = TextAreaField(words.FACETS[Facet.SUCCESSES], [Kept(LONGEST_TEXT)])
    language = Choosing(lazy("Language of the text"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = languages(self.language.object_data)

    def texts(self) -> dict[str, str]:
        """The texts as typed, by facet."""
        return {facet: self[facet].data or "" for facet in Facet}


def stages() -> list[SelectChoice]:
    """The stages to choose from, the whole case first."""
    return choices(words.STAGES, WHOLE_CASE)


def languages(also: str | None = None) -> list[SelectChoice]:
    """The languages to write in, each by its own name; a text in another language keeps it."""
    codes = [*words.LANGUAGES, *([also] if also and also not in words.LANGUAGES else [])]
    return choices((code, endonym_of(code)) for code in codes)


@lru_cache(64)  # Somebody may ask for endless names of languages that nobody speaks.
def endonym_of(code: str) -> str:
    """A language's own name, or its code when nobody knows it."""
    try:
        return endonym(code)
    except (ValueError, UnknownLocaleError):
        return code
