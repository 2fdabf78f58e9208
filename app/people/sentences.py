"""What the codes of the rules mean in words."""

from app import i18n
from app.i18n import gettext, lazy
from app.people import zones
from app.people.columns import Column
from app.people.listing import ListFlaw, Trouble, Why
from app.people.logins import Flaw, Kind
from app.people.passwords import LONGEST, SHORTEST, Weakness
from app.people.rules import Role

KINDS = {
    Kind.EMAIL: lazy("E-mail"),
    Kind.USERNAME: lazy("User name"),
    Kind.STAFF: lazy("Staff number"),
    Kind.PHONE: lazy("Phone"),
}
COLUMNS = {
    Column.NAME: lazy("Name"),
    Column.FIRST_NAME: lazy("First name"),
    Column.LAST_NAME: lazy("Family name"),
    Column.EMAIL: KINDS[Kind.EMAIL],
    Column.USERNAME: KINDS[Kind.USERNAME],
    Column.LOGIN: lazy("Any way to sign in"),
    Column.STAFF: KINDS[Kind.STAFF],
    Column.PHONE: KINDS[Kind.PHONE],
    Column.LANGUAGE: lazy("Language"),
    Column.ZONE: lazy("Time zone"),
    Column.COUNTRY: lazy("Country"),
    Column.GENDER: lazy("Gender"),
    Column.INSTITUTION: lazy("Institution"),
    Column.ROLE: lazy("Role"),
}
ROLES = {
    Role.LEARNER: lazy("Learner"),
    Role.TRAINER: lazy("Trainer"),
    Role.PRESENTER: lazy("Case presenter"),
    Role.EXPERT: lazy("Expert"),
    Role.OBSERVER: lazy("Observer"),
}
GENDERS = {"woman": lazy("Woman"), "man": lazy("Man"), "other": lazy("Other")}
FLAWS = {
    Flaw.EMPTY: lazy("Write an e-mail address, a user name, a staff number or a phone number."),
    Flaw.TOO_LONG: lazy("This is too long: 254 characters at most."),
    Flaw.EMAIL: lazy("Write a complete e-mail address, with the part after the @."),
    Flaw.USERNAME: lazy("Write a user name of 2 to 60 letters, digits, points, dashes, without spaces."),
    Flaw.STAFF: lazy("Write a staff number of at most 60 letters, digits, points, dashes or strokes."),
    Flaw.PHONE: lazy("Write a phone number in digits, with its country code, beginning with + or 00."),
    Flaw.PHONE_COUNTRY: lazy("Write the phone number with its country code, beginning with + or 00."),
}
WEAKNESSES = {
    Weakness.SHORT: lazy("Choose at least %(n)d characters: a short sentence is good.", n=SHORTEST),
    Weakness.LONG: lazy("Choose at most %(n)d characters.", n=LONGEST),
    Weakness.COMMON: lazy("This password is too easy to guess. Choose another one."),
    Weakness.PERSONAL: lazy("Choose a password other than your name or what you sign in with."),
}
LIST_FLAWS = {
    ListFlaw.EMPTY: lazy("Paste the list or choose a file."),
    ListFlaw.HEADER: lazy(
        "Name the columns in the first line, for example: Name, E-mail, Role. Or send nothing but e-mail addresses."
    ),
    ListFlaw.NO_NAME: lazy("The list needs a column for the name."),
    ListFlaw.NO_LOGIN: lazy("The list needs a column for the e-mail, the user name, the staff number or the phone."),
    ListFlaw.TOO_LONG: lazy("The list is too long: send at most 5,000 lines and 2 MB at a time."),
    ListFlaw.FILE_TOO_LONG: lazy("This file is too long: send at most 5,000 lines and 2 MB at a time."),
    ListFlaw.TWO: lazy(
        "A list is pasted and a file is chosen: send one of them. To use the file, empty the list and choose it again."
    ),
    ListFlaw.NOT_TEXT: lazy("This file is a workbook. Save it as CSV, or copy its cells and paste them here."),
}
_WHY = {
    Why.NAME_MISSING: lazy("The name is missing."),
    Why.NAME_LONG: lazy("The name is too long: 200 characters at most."),
    Why.LOGIN_MISSING: lazy("An e-mail, a user name, a staff number or a phone is missing."),
    Why.LANGUAGE: lazy("The language “%(typed)s” is not offered. Write one of these: %(codes)s."),
    Why.ZONE: lazy("The time zone “%(typed)s” is not known: write for example %(names)s."),
    Why.COUNTRY: lazy("The country “%(typed)s” is not known: write its name or its two-letter code."),
    Why.GENDER: lazy("The gender “%(typed)s” is not known: write F, M, other, or leave it empty."),
    Why.ROLE: lazy("The role “%(typed)s” is not known: write learner, trainer, case presenter, expert or observer."),
    Why.CELLS: lazy("This line has more cells than there are columns."),
    Why.UNREADABLE: lazy("This line holds characters that cannot be read."),
    Why.REPEATED: lazy("“%(typed)s” is already on line %(line)d."),
    Why.TWO_PEOPLE: lazy("“%(typed)s” and the other logins of this line belong to two different people."),
    Why.OTHER_NAME: lazy("“%(typed)s” belongs already to %(owner)s; the list says %(name)s."),
    Why.CLOSED: lazy("The account of “%(typed)s” is closed."),
}


def of_trouble(trouble: Trouble) -> str:
    """The sentence for one reason to refuse a line."""
    if trouble.why is Why.LOGIN and trouble.flaw is not None:
        return gettext("“%(typed)s”: %(sentence)s", typed=trouble.typed, sentence=FLAWS[trouble.flaw])
    near = zones.near(trouble.typed, i18n.current()) if trouble.why is Why.ZONE else []
    lists = {"names": near or ["Africa/Casablanca"], "codes": i18n.offered()}
    return str(_WHY[trouble.why]) % {**vars(trouble), **{key: gettext(", ").join(of) for key, of in lists.items()}}
