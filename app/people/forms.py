"""The forms of the people room; every validator says its sentence."""

from typing import Any

from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app import i18n
from app.errors import Invalid
from app.i18n import lazy
from app.people import countries, logins, passwords
from app.people.actions.accounts import Details
from app.people.codes import new_seed
from app.people.listing import LONGEST_NAME, clean_name
from app.people.logins import Kind
from app.people.models import Cohort, Person
from app.people.rules import Role
from app.people.sentences import FLAWS, GENDERS, KINDS, ROLES, WEAKNESSES
from app.people.zone_field import ZoneField
from app.text import at_most
from app.web.forms import Form, choices
from app.web.shared import SharedForm

KINDS_TO_CHOOSE = {"": lazy("Recognise it by itself"), **{kind.value: word for kind, word in KINDS.items()}}
_LONG = Length(max=LONGEST_NAME, message=at_most(LONGEST_NAME))


class Line:
    """A name or title as it is kept, refused with a sentence beside its field; `empty` says what a blank one lacks."""

    def __init__(self, empty: Any = None) -> None:
        self.empty = empty

    def __call__(self, _form: Form, field: StringField) -> None:
        """Only what can be kept, and something where something must be."""
        try:
            left = clean_name(field.data or "")
        except Invalid as refused:
            raise ValidationError(refused.sentence) from refused
        if self.empty is not None and not left:
            raise ValidationError(self.empty)


class SignInForm(Form):
    """The door."""

    login = StringField(lazy("E-mail, user name, staff number or phone"), [DataRequired(FLAWS[logins.Flaw.EMPTY])])
    password = PasswordField(lazy("Password"), [InputRequired(lazy("Write your password."))])
    stay = BooleanField(lazy("Stay signed in on this device"))


class CodeForm(Form):
    """The door for those with a printed code."""

    code = StringField(lazy("One-time code"), [DataRequired(lazy("Write the code, eight letters and digits."))])


class DetailsForm(Form):
    """What is kept about a person."""

    name = StringField(lazy("Name, as it will be printed on the certificate"), [Line(lazy("Write the name.")), _LONG])
    institution = StringField(lazy("Institution"), [Line(), _LONG])
    country = SelectField(lazy("Country"), default="")
    zone = ZoneField(lazy("Time zone"))
    gender = SelectField(lazy("Gender"), default="")
    language = RadioField(lazy("Language"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = choices(_languages(self.language.object_data))
        self.country.choices = choices(countries.names(i18n.current()), lazy("Not said"))
        self.gender.choices = choices(GENDERS, lazy("Not said"))

    def details(self) -> Details:
        """The answers, empty ones as None."""
        return Details(
            name=self.name.data or "",
            language=self.language.data or None,
            zone=self.zone.data or None,
            country=self.country.data or None,
            gender=self.gender.data or None,
            institution=self.institution.data or None,
        )


class NewPersonForm(DetailsForm):
    """A new person with a first login, and with a role where the form was opened from a cohort."""

    login = StringField(lazy("E-mail, user name, staff number or phone"), [DataRequired(FLAWS[logins.Flaw.EMPTY])])
    kind = SelectField(lazy("This is"), choices=choices(KINDS_TO_CHOOSE), default="")

    role = SelectField(lazy("Role"), choices=choices(ROLES), default=Role.LEARNER.value)

    def __init__(self, *args: Any, cohort: Cohort | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cohort is None:
            del self.role
        for name in [name for name in self._fields if name not in ("login", "kind", "role")]:
            self._fields[name] = self._fields.pop(name)  # After these, as on the page.

    def typed(self) -> list[tuple[Kind, str]]:
        """The login with its kind."""
        return [_typed(self.kind.data, self.login.data or "")]


class LoginForm(Form):
    """One more login."""

    login = StringField(lazy("E-mail, user name, staff number or phone"), [DataRequired(FLAWS[logins.Flaw.EMPTY])])
    kind = SelectField(lazy("This is"), choices=choices(KINDS_TO_CHOOSE), default="")

    def typed(self) -> tuple[Kind, str]:
        """The login with its kind."""
        return _typed(self.kind.data, self.login.data or "")


class PasswordForm(Form):
    """A new password; who came in by a code has no current one to give."""

    current = PasswordField(lazy("Current password"), [InputRequired(lazy("Write your current password."))])
    password = PasswordField(lazy("New password"), [InputRequired(lazy("Write the new password."))])
    again = PasswordField(
        lazy("The new password once more"), [InputRequired(lazy("Write the new password once more."))]
    )

    revoke = BooleanField(lazy("Also revoke my tokens: no program may use the old ones any longer"), default=True)

    def __init__(
        self, *args: Any, known: list[str], by_code: bool = False, tokens: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        if by_code:
            del self.current
        if not tokens:
            del self.revoke

    def validate_password(self, field: PasswordField) -> None:
        """Long enough and not to be guessed."""
        if weakness := passwords.weakness(field.data or "", self.known):
            raise ValidationError(WEAKNESSES[weakness])

    def validate_again(self, field: PasswordField) -> None:
        """Typed twice alike."""
        if field.data != self.password.data:
            raise ValidationError(lazy("The two passwords differ: write the new one twice."))


class TokenForm(Form):
    """A name for a new token, and the seed that it grows from: the same form again makes no other."""

    seed = HiddenField(default=new_seed)
    name = StringField(lazy("What the token is for"), [Line(lazy("Write what the token is for.")), _LONG])


class CohortForm(SharedForm):
    """A cohort and its time zone."""

    name = StringField(lazy("Name of the cohort"), [Line(lazy("Write the name of the cohort.")), _LONG])
    zone = ZoneField(lazy("Time zone of the cohort"), [DataRequired(lazy("Write the time zone of the cohort."))])


class MemberForm(Form):
    """A person who exists already, into a cohort."""

    login = StringField(lazy("E-mail, user name, staff number or phone"), [DataRequired(FLAWS[logins.Flaw.EMPTY])])
    role = SelectField(lazy("Role"), choices=choices(ROLES), default=Role.LEARNER.value)


class RoleForm(Form):
    """A role in a cohort for the person whose page this is."""

    cohort = SelectField(lazy("Cohort"), [DataRequired(lazy("Choose the cohort."))])
    role = SelectField(lazy("Role"), choices=choices(ROLES), default=Role.LEARNER.value)

    def __init__(self, *args: Any, cohorts: list[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort.choices = choices(((cohort.public_id, cohort.name) for cohort in cohorts), lazy("Choose"))


class ElsewhereForm(Form):
    """The cohort in which somebody goes on."""

    cohort = SelectField(lazy("Cohort"), [DataRequired(lazy("Choose the cohort."))])

    def __init__(self, *args: Any, cohorts: list[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort.choices = choices(((cohort.public_id, cohort.name) for cohort in cohorts), lazy("Choose"))


class AliasForm(Form):
    """One more name of an institution."""

    name = StringField(lazy("Another name"), [Line(lazy("Write the other name.")), _LONG])


class ListForm(Form):
    """A list of people, pasted or as a file."""

    text = TextAreaField(lazy("Paste the list here"))
    file = FileField(lazy("Or choose a file"))
    role = SelectField(lazy("Role of those whose line names none"), choices=choices(ROLES), default=Role.LEARNER.value)


def details_of(person: Person) -> dict[str, Any]:
    """A person's details as a form shows them."""
    return {
        "name": person.name,
        "language": person.language or "",
        "zone": person.zone or "",
        "country": person.country or "",
        "gender": person.gender or "",
        "institution": person.institution.name if person.institution else "",
    }


def _languages(kept: str | None) -> list[tuple[str, Any]]:
    """The languages offered, and what is kept already: none, or one whose catalogue is not complete."""
    codes = i18n.offered()
    codes = [*codes, kept] if kept and kept not in codes else codes
    named = [(code, i18n.endonym(code)) for code in codes]
    return named if kept else [("", lazy("Not chosen yet: that of the browser")), *named]


def _typed(kind: str | None, login: str) -> tuple[Kind, str]:
    return Kind(kind) if kind else logins.guess(login), login
