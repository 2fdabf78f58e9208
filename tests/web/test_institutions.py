"""Institutions: found, named and merged by administrators."""

import sqlalchemy as sa

from app.people import countries
from app.people.actions.institutions import add_alias, institution_named
from app.people.models import Institution, Person
from tests.conftest import checked


def text(client, url):
    return "".join(checked(client.get(url)).itertext())


def made(session, name, country=""):
    found = institution_named(session, name, country)
    session.commit()
    return found


def bearer(session, name, country=""):
    found = institution_named(session, name, country)
    session.commit()
    return found.public_id


def test_institutions_are_found_under_each_name_and_only_by_administrators(house, session, sign_in):
    for number in range(60):
        made(session, f"Commune {number}")
    one = made(session, "Région de l’Est")
    add_alias(session, one, "Conseil régional")
    session.commit()
    admin, url = sign_in(house.admin), "/people/institutions"
    assert "Commune 30" in text(admin, url) and "Région de l’Est" in text(admin, f"{url}?page=2")
    found = text(admin, f"{url}?search=CONSEIL+regional")
    assert "Région de l’Est" in found and "Commune" not in found
    assert "Aucune institution ne porte ce nom." in text(admin, f"{url}?search=nowhere")
    assert url in {link.get("href") for link in checked(admin.get("/people")).iter("a")}
    for address in (url, f"{url}/{one.public_id}", f"{url}/{one.public_id}/merge"):
        assert sign_in(house.trainer).get(address).status_code == 403
    assert admin.get(f"{url}/nowhere").status_code == 404


def test_another_name_is_added_and_removed_and_none_is_borne_by_two(house, session, sign_in):
    one, other = made(session, "Région de l’Est", "ML"), made(session, "Commune 1")
    abroad = made(session, "Commune 2", "BJ")
    admin, url = sign_in(house.admin), f"/people/institutions/{one.public_id}"
    for wrong in ("", "region de l’est", "COMMUNE 1"):
        answer = admin.post(f"{url}/names", data={"name": wrong})
        assert answer.status_code == 422
        assert wrong in {node.get("value") for node in checked(answer).iter("input")}
    for name in ("Conseil régional", abroad.name):
        assert admin.post(f"{url}/names", data={"name": name}).status_code == 303
    assert bearer(session, "CONSEIL REGIONAL") == one.public_id
    assert bearer(session, "commune 2", "ML") == one.public_id
    assert bearer(session, "commune 2", "BJ") == abroad.public_id
    assert admin.post(f"{url}/names", data={"remove": "conseil regional"}).status_code == 303
    assert "Conseil régional" not in text(admin, url)
    assert other.public_id != bearer(session, "Conseil régional") != one.public_id


def test_two_institutions_become_one_after_asking_and_nothing_is_lost(house, session, sign_in):
    gone, kept = made(session, "CR Est", "ML"), made(session, "Région de l’Est")
    for name in ("Conseil de l’Est", "Région de l’Est"):
        add_alias(session, gone, name)
    add_alias(session, kept, "Conseil de l’Est")
    for person, institution in ((house.learner, gone), (house.trainer, kept)):
        session.execute(sa.update(Person).where(Person.id == person.id).values(institution_id=institution.id))
    gone_id, kept_id = gone.public_id, kept.public_id
    session.commit()
    admin, url = sign_in(house.admin), f"/people/institutions/{gone_id}/merge"
    found = checked(admin.get(f"{url}?search=region"))
    (asked,) = (link.get("href") for link in found.iter("a") if "into=" in link.get("href"))
    assert "deux" not in text(admin, asked) and session.scalar(sa.select(sa.func.count(Institution.id))) == 2
    session.commit()
    assert admin.post(url, data={"into": gone_id}).status_code == 422
    assert admin.post(url, data={"into": kept_id}).status_code == 303
    assert admin.get(url).status_code == 404
    session.expire_all()
    (left,) = session.scalars(sa.select(Institution)).all()
    assert (left.public_id, left.country) == (kept_id, "ML")
    members = session.scalars(sa.select(Person.name).where(Person.institution_id == left.id)).all()
    assert sorted(members) == ["learner", "trainer"]
    session.commit()
    for name in ("cr est", "conseil de l’est", "région de l’est"):
        assert bearer(session, name) == kept_id


def test_institutions_of_two_countries_stay_two(house, session, sign_in):
    one, other = made(session, "Commune 1", "ML"), made(session, "Commune 1", "BJ")
    admin = sign_in(house.admin)
    answer = admin.post(f"/people/institutions/{one.public_id}/merge", data={"into": other.public_id})
    assert answer.status_code == 422
    assert session.scalar(sa.select(sa.func.count(Institution.id))) == 2


def test_countries_are_named_in_the_language_of_the_reader_and_in_its_order(house, session, sign_in):
    one, url = bearer(session, "Commune 1", "MA"), "/people/institutions"
    session.execute(sa.update(Person).where(Person.id == house.learner.id).values(country="MA"))
    session.commit()
    admin = sign_in(house.admin)
    other = bearer(session, "Commune 2")
    shown = (url, f"{url}/{one}", f"{url}/{other}/merge?search=commune+1", "/people?search=learner")
    for language, name, second in (("fr", "Maroc", "Égypte"), ("en", "Morocco", "Egypt")):
        admin.get(f"/help?lang={language}")
        for address in (*shown, f"/people/{house.learner.public_id}"):
            assert name in text(admin, address), (language, address)
        for address in ("/account/details", "/people/new", "/people"):
            (select,) = (node for node in checked(admin.get(address)).iter("select") if node.get("name") == "country")
            names = [option.text for option in select.iter("option") if option.get("value")]
            assert {name, second} <= set(names) and names == sorted(names, key=countries.plain_key)
