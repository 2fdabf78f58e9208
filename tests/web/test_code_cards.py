"""A card with a code is read by who is handed it; the page around it by who prints it."""

import pytest
from lxml import html

from app.people.models import Person


@pytest.fixture
def card(house, session, sign_in):
    """`card(language, page)`: the card of a learner with this language, on a page in that one."""

    def made(language, page):
        for person, code in ((house.learner, language), (house.admin, page)):
            session.get(Person, person.id).language = code
        session.commit()
        admin, url = sign_in(house.admin), f"/people/{house.learner.public_id}/code"
        assert admin.post(url).status_code == 303
        main = html.document_fromstring(admin.get(url).text)
        assert main.get("lang") == page
        (drawn,) = main.xpath("//ul[contains(@class, 'handouts')]/li/div")
        return drawn, drawn.xpath("string(following-sibling::p)")

    return made


@pytest.mark.parametrize("page", ["fr", "en"])
@pytest.mark.parametrize(("language", "spoken"), [("en", "en"), ("fr", "fr"), (None, "fr"), ("pt", "fr")])
def test_each_card_speaks_the_language_of_its_person(card, language, page, spoken):
    drawn, beside = card(language, page)
    assert (drawn.get("lang"), drawn.get("dir")) == (spoken, "ltr")
    words = " ".join(drawn.text_content().split())
    expected = {
        "en": ("Choose a password.", "User name learner", "The code works once, until"),
        "fr": ("Choisissez un mot de passe.", "Nom d’utilisateur learner", "Le code"),
    }
    assert all(sentence in words for sentence in expected[spoken]), words
    assert not any(sentence in words for sentence in expected["en" if spoken == "fr" else "fr"]), words
    assert ("By message" in beside) == (page == "en")
