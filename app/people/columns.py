"""The columns of a list of people and the words in their cells, in French and English."""

from collections.abc import Collection
from enum import StrEnum

from app.people.countries import plain_key
from app.people.rules import Role


class Column(StrEnum):
    """What a column may hold."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    USERNAME = "username"
    STAFF = "staff"
    PHONE = "phone"
    LOGIN = "login"
    LANGUAGE = "language"
    ZONE = "zone"
    COUNTRY = "country"
    GENDER = "gender"
    INSTITUTION = "institution"
    ROLE = "role"


NAMES = (Column.NAME, Column.FIRST_NAME, Column.LAST_NAME)
_HEADERS = {
    Column.NAME: "nom|nom complet|nom et prénom|nom et prénoms|nom prénom|nom prénoms|prénom et nom|prénoms et nom|"
    "prénom nom|noms et prénoms|participant|participant·e|name|full name",
    Column.FIRST_NAME: "prénom|prénoms|first name|given name|given names|forename",
    Column.LAST_NAME: "nom de famille|last name|family name|surname",
    Column.EMAIL: "e-mail|mail|courriel|mél|adresse électronique|adresse e-mail|adresse mail|courrier électronique|"
    "e-mail address|adresse courriel|adresse de messagerie",
    Column.USERNAME: "nom d'utilisateur|nom d'utilisatrice|utilisateur|user name|user",
    Column.LOGIN: "identifiant|identifiant de connexion|login|compte|account|signs in with|se connecte avec",
    Column.STAFF: "matricule|numéro de matricule|n° matricule|n° de matricule|numéro matricule|matricule n°|"
    "staff number|staff no|staff id|employee number|employee id|personnel number",
    Column.PHONE: "téléphone|tél|portable|mobile|gsm|numéro de téléphone|n° de téléphone|n° téléphone|"
    "téléphone portable|téléphone mobile|phone|telephone|phone number|mobile phone|mobile number|whatsapp|"
    "numéro whatsapp",
    Column.LANGUAGE: "langue|langue de travail|language|lang|working language",
    Column.ZONE: "fuseau|fuseau horaire|zone horaire|zone|time zone|tz",
    Column.COUNTRY: "pays|country",
    Column.GENDER: "genre|sexe|gender|sex",
    Column.INSTITUTION: "institution|collectivité|collectivité territoriale|organisme|organisation|organization|"
    "structure|employeur|local government|employer",
    Column.ROLE: "rôle|role|rôle dans la cohorte|role in the cohort",
}
_BY_HEADER = {plain_key(word): column for column, words in _HEADERS.items() for word in words.split("|")}

LANGUAGES = {
    "fr": "fr|fra|français|française|french|francês|الفرنسية",
    "en": "en|eng|anglais|anglaise|english|inglês|الإنجليزية",
    "pt": "pt|por|portugais|portugaise|portuguese|português|البرتغالية",
    "ar": "ar|ara|arabe|arabic|árabe|العربية",
}
_GENDERS = {
    "woman": "f|femme|féminin|female|woman|mme|madame|ms|mrs|feminino|mulher|امرأة|أنثى",
    "man": "h|m|homme|masculin|male|man|monsieur|mr|masculino|homem|رجل|ذكر",
    "other": "autre|other|x|outro|آخر",
}
_ROLES = {
    Role.LEARNER: ("particip", "apprenant", "stagiaire", "learner", "trainee", "مشارك"),
    Role.TRAINER: ("format", "trainer", "animat", "facilit", "مدرب"),
    Role.PRESENTER: ("present", "casepresent", "porteu"),
    Role.EXPERT: ("expert", "خبير"),
    Role.OBSERVER: ("observ", "مراقب"),
}


def column(header: str) -> Column | None:
    """The column that a header cell names."""
    return _BY_HEADER.get(plain_key(header))


def language(text: str, offered: Collection[str]) -> str | None:
    """The code of a working language, if it is one of those."""
    code = _lookup(LANGUAGES, text)
    return code if code in offered else None


def gender(text: str) -> str | None:
    """`woman`, `man` or `other`."""
    return _lookup(_GENDERS, text)


def role(text: str) -> Role | None:
    """The role a word stands for, in either gender."""
    key = plain_key(text)
    return next((role for role, starts in _ROLES.items() if key.startswith(tuple(map(plain_key, starts)))), None)


def _lookup(words: dict[str, str], text: str) -> str | None:
    key = plain_key(text)
    return next((value for value, known in words.items() if key and key in map(plain_key, known.split("|"))), None)
