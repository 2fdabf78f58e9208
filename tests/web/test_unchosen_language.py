"""A language that nobody chose: the person's choice comes first, then this browser's, then what it asks for."""

from datetime import UTC, datetime

import pytest
from lxml import html

from app.people.actions.codes import make_code
from app.people.models import Person
from app.web.language import COOKIE
from tests.conftest import SECRET
from tests.world import PASSWORD

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
TONGUES = ("français", "EN", "pt", "arabe", "klingon")
LIST = "Nom;Identifiant;Langue\nLearner Un;un9;\nLearner Deux;deux9;en\n"


@pytest.fixture
def language_of(session):
    """`language_of(person)`: what is kept now, or is set first."""

    def look(person, *chosen):
        session.expire_all()
        found = session.get(Person, person.id)
        if chosen:
            (found.language,) = chosen
        language = found.language
        session.commit()
        return language

    return look


def speaks(client, url="/account", **headers):
    return html.document_fromstring(client.get(url, headers=headers or ENGLISH).text).get("lang")


def enter(app, by_code, session, person):
    """A browser on which English was chosen before signing in; the door's answer."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/language", data={"language": "en", "back": "/sign-in"})
    if by_code:
        code = make_code(session, session.get(Person, person.id), SECRET, datetime.now(UTC), None)
        session.commit()
        return client, client.post("/code", data={"code": code})
    return client, client.post("/sign-in", data={"login": "learner", "password": PASSWORD})


@pytest.mark.parametrize("by_code", [False, True])
def test_what_was_chosen_before_the_first_sign_in_is_kept_unless_the_person_has_a_language(
    app, house, session, language_of, by_code
):
    for before, after in ((None, "en"), ("fr", "fr")):
        language_of(house.learner, before)
        client, answer = enter(app, by_code, session, house.learner)
        assert answer.status_code == 303
        assert language_of(house.learner) == after
        assert speaks(client, "/account/password", **{"Accept-Language": "fr"}) == after


def test_nothing_is_kept_of_what_a_browser_or_a_link_asks_for(app, house, language_of):
    app.config["WTF_CSRF_ENABLED"] = False
    language_of(house.learner, None)
    client = app.test_client()
    client.get("/sign-in?lang=en", headers=ENGLISH)
    client.post("/sign-in", data={"login": "learner", "password": PASSWORD}, headers=ENGLISH)
    assert language_of(house.learner) is None
    assert speaks(client) == "en"
    assert speaks(client, **{"Accept-Language": "xx"}) == "fr"
    client.set_cookie(COOKIE, "fr")
    assert speaks(client) == "fr"
    client.post("/language", data={"language": "en", "back": "/"})
    assert language_of(house.learner) == "en"


def test_a_list_and_an_administrator_choose_only_what_they_name(house, session, sign_in):
    admin = sign_in(house.admin)
    url = f"/cohorts/{house.cohort.public_id}/people/list"
    assert admin.post(url, data={"text": LIST, "role": "learner", "confirmed": "1"}).status_code == 200
    for login, language in (("trois9", {"language": ""}), ("quatre9", {}), ("cinq9", {"language": "en"})):
        data = {"name": f"Learner {login}", "login": login, "kind": "", **language}
        assert admin.post("/people/new", data=data).status_code == 303, login
    found = session.query(Person.name, Person.language).filter(Person.name.like("Learner %"))
    assert dict(found.all()) == {
        "Learner Un": None, "Learner Deux": "en",
        "Learner trois9": None, "Learner quatre9": None, "Learner cinq9": "en",
    }  # fmt: skip


def test_a_list_says_which_languages_are_offered_and_keeps_the_other_lines(house, session, sign_in):
    admin, url = sign_in(house.admin), f"/cohorts/{house.cohort.public_id}/people/list"
    lines = "".join(f"Learner {tongue};l{number};{tongue}\n" for number, tongue in enumerate(TONGUES))
    sent = {"text": f"Nom;Identifiant;Langue\n{lines}", "role": "learner"}
    seen = " ".join(admin.post(url, data=sent).text.split())
    for tongue in ("pt", "arabe", "klingon"):
        assert f"La langue « {tongue} » n’est pas proposée. Écrivez l’une de celles-ci : fr, en." in seen
    assert admin.post(url, data={**sent, "confirmed": "1"}).status_code == 200
    found = session.query(Person.name, Person.language).filter(Person.name.in_([f"Learner {one}" for one in TONGUES]))
    assert dict(found.all()) == {"Learner français": "fr", "Learner EN": "en"}


def test_the_own_form_offers_the_language_that_speaks_and_that_of_the_administrator_none(
    house, session, sign_in, language_of
):
    language_of(house.learner, None)
    learner, admin = sign_in(house.learner), sign_in(house.admin)
    address = f"/people/{house.learner.public_id}"

    def offered(client, url):
        page = html.document_fromstring(client.get(url, headers=ENGLISH).text)
        fields = page.xpath("//input[@name='language' and @type='radio']")
        return [field.get("value") for field in fields], [f.get("value") for f in fields if "checked" in f.attrib]

    assert offered(learner, "/account/details") == (["fr", "en"], ["en"])
    assert offered(admin, f"{address}/details") == (["", "fr", "en"], [""])
    assert "Pas encore choisie" in admin.get(address).text
    assert admin.post(f"{address}/details", data={"name": "Learner Un", "language": ""}).status_code == 303
    assert language_of(house.learner) is None
    assert learner.post("/account/details", data={"name": "Learner Un", "language": "en"}).status_code == 303
    assert language_of(house.learner) == "en"
    assert offered(admin, f"{address}/details") == (["fr", "en"], ["en"])


def test_a_language_that_is_not_offered_is_refused_and_one_kept_already_stays(house, sign_in, language_of):
    learner, data = sign_in(house.learner), {"name": "Learner Un"}
    for sent in ("pt", "ar", "xx"):
        assert learner.post("/account/details", data=data | {"language": sent}).status_code == 422, sent
    assert language_of(house.learner) == "fr"
    language_of(house.learner, "pt")
    assert learner.post("/account/details", data=data | {"language": "pt"}).status_code == 303
    assert language_of(house.learner) == "pt"
    assert learner.post("/account/details", data=data | {"language": "en"}).status_code == 303


def test_a_machine_is_told_the_language_that_speaks(house, sign_in, language_of):
    learner = sign_in(house.learner)
    assert learner.get("/api/v1/me", headers=ENGLISH).json["language"] == "fr"
    language_of(house.learner, None)
    assert learner.get("/api/v1/me", headers=ENGLISH).json["language"] == "en"
