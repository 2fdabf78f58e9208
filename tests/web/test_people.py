"""The pages of people for administrators."""

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db import db
from app.people.models import Administrator, Login, Membership, Person, SignInCode
from tests.conftest import checked

NOW = datetime.now(UTC)


def test_every_page_of_people_is_sound_for_administrators_and_closed_to_others(house, sign_in, page, client):
    cohort, person = house.cohort.public_id, house.learner.public_id
    urls = [
        "/people",
        "/people?search=lear&role=learner&country=ML",
        f"/people?cohort={cohort}",
        "/people/new",
        f"/people/new?cohort={cohort}&login=x",
        f"/people/{person}",
        f"/people/{person}/details",
        "/cohorts/new",
        f"/cohorts/{cohort}/details",
        f"/cohorts/{cohort}/people",
        f"/cohorts/{cohort}/people/list",
    ]
    admin, trainer, learner = sign_in(house.admin), sign_in(house.trainer), sign_in(house.learner)
    for url in urls:
        page(admin, url)
        assert trainer.get(url).status_code == 403
        assert learner.get(url).status_code == 403
        assert client.get(url).status_code == 303


def test_all_that_is_wrong_is_listed_in_the_order_of_the_page(house, sign_in):
    url = f"/people/new?cohort={house.cohort.public_id}"
    wrong = dict.fromkeys(
        ("login", "kind", "role", "name", "institution", "country", "zone", "gender", "language"), "x" * 300
    )
    wrong["login"] = ""
    tree = checked(sign_in(house.admin).post(url, data=wrong))  # `checked` compares it with the page.
    (summary,) = [node for node in tree.iter("div") if "summary" in (node.get("class") or "").split()]
    assert [link.get("href") for link in summary.iter("a")] == [
        "#login", "#kind", "#role", "#name", "#institution", "#country", "#zone", "#gender", "#language-0",
    ]  # fmt: skip


def test_what_no_database_keeps_and_what_nobody_sees_is_no_name(house, sign_in, session):
    admin, cohort = sign_in(house.admin), house.cohort.public_id
    person = {"name": "Nom", "language": "fr", "login": "x9", "kind": ""}
    for url, data, field in (
        ("/people/new", person, "name"),
        ("/people/new", person, "institution"),
        ("/people/new", {**person, "kind": "email", "login": "x9@exemple.org"}, "login"),
        (f"/people/{house.learner.public_id}/details", person, "name"),
        ("/cohorts/new", {"name": "Nom", "zone": "Africa/Bamako"}, "name"),
        (f"/cohorts/{cohort}/details", {"name": "Nom", "zone": "Africa/Bamako"}, "name"),
        ("/account/tokens", {"name": "Nom"}, "name"),
    ):
        answer = admin.post(url, data={**data, field: data.get(field, "Nom") + "\x00"})
        assert answer.status_code == 422, (url, field)
        assert f'id="{field}-error"' in answer.text, (url, field)
        if field == "name":
            assert admin.post(url, data={**data, field: "\u200b \u2066"}).status_code == 422, url
    assert kept(session, sa.select(Person.name).where(Person.name == "Nom")) == []
    assert admin.post("/people/new", data=person).status_code == 303
    assert admin.get("/people?search=%00").status_code == 404


def listed(response):
    return {node.text for node in checked(response).iter("a")}


def kept(session, statement):
    with Session(session.get_bind()) as reader:
        found = reader.scalars(statement).all()
        reader.expunge_all()
    return found


def test_people_are_found_by_part_of_name_or_login_whatever_the_accents(house, session, sign_in):
    session.add(Person(name="Élève Numéro 7", language="fr", created_at=NOW, country="BJ"))
    session.commit()
    admin = sign_in(house.admin)
    assert "Élève Numéro 7" in listed(admin.get("/people?search=eleve+7"))
    assert listed(admin.get("/people?search=%25")).isdisjoint({"learner", "Élève Numéro 7"})
    assert "learner" in listed(admin.get("/people?search=EARNER"))
    assert "Élève Numéro 7" in listed(admin.get("/people?country=BJ"))
    assert "learner" not in listed(admin.get("/people?country=BJ"))
    found = listed(admin.get(f"/people?cohort={house.cohort.public_id}&role=trainer"))
    assert "trainer" in found and not found & {"other_trainer", "learner"}


def test_a_person_is_added_with_a_login_of_each_kind(house, session, sign_in):
    admin = sign_in(house.admin)
    for kind, login in (
        ("", "p1@exemple.org"),
        ("staff", "0021234567"),
        ("phone", "0021234567890"),
        ("username", "p4"),
    ):
        answer = admin.post("/people/new", data={"name": "Learner 8", "login": login, "kind": kind, "language": "fr"})
        assert answer.status_code == 303
    assert set(kept(session, sa.select(Login.folded).where(Login.kind != "username"))) == {
        "p1@exemple.org",
        "0021234567",
        "+21234567890",
    }


def test_a_person_whose_login_is_taken_or_wrong_is_not_added_and_nothing_typed_is_lost(house, session, sign_in):
    admin = sign_in(house.admin)
    for login, kind in (("LEARNER", ""), ("06 00 00 00", "phone"), ("", "")):
        data = {"name": "Learner 8", "login": login, "kind": kind, "language": "en", "institution": "Commune 8"}
        answer = admin.post("/people/new", data=data)
        assert answer.status_code == 422
        tree = checked(answer)
        assert "#login" in {node.get("href") for node in tree.iter("a")}
        assert {"Learner 8", "Commune 8"} <= {node.get("value") for node in tree.iter("input")}
    assert kept(session, sa.select(Person).where(Person.name == "Learner 8")) == []


def test_a_new_person_joins_the_cohort_that_the_form_was_opened_from(house, session, sign_in):
    url = f"/people/new?cohort={house.cohort.public_id}&role=expert"
    data = {"name": "Expert 1", "login": "expert1", "kind": "", "language": "fr"}
    assert sign_in(house.admin).post(url, data=data).status_code == 303
    wanted = sa.select(Membership.role).join(Person, Person.id == Membership.person_id).where(Person.name == "Expert 1")
    assert kept(session, wanted) == ["expert"]


def test_the_form_for_a_new_person_offers_the_role_where_it_was_opened_from_a_cohort(house, session, sign_in, page):
    admin, url = sign_in(house.admin), f"/people/new?cohort={house.cohort.public_id}"
    assert page(admin, "/people/new").find(".//select[@name='role']") is None
    for asked, chosen in (("", "learner"), ("&role=trainer", "trainer"), ("&role=nobody", "learner")):
        offered = page(admin, url + asked).find(".//select[@name='role']")
        assert [each.get("value") for each in offered.iter("option") if each.get("selected") is not None] == [chosen]
    data = {"name": "Trainer 9", "login": "trainer9", "kind": "", "language": "fr"}
    wrong = admin.post(url, data={**data, "role": "nobody"})
    assert wrong.status_code == 422 and 'id="role-error"' in wrong.text
    assert kept(session, sa.select(Person).where(Person.name == "Trainer 9")) == []
    assert admin.post(url, data={**data, "role": "trainer"}).status_code == 303
    held = sa.select(Membership).join(Person, Person.id == Membership.person_id).where(Person.name == "Trainer 9")
    assert [(each.cohort_id, each.role) for each in kept(session, held)] == [(house.cohort.id, "trainer")]


def test_all_that_is_wrong_with_a_new_person_is_said_at_once(house, session, sign_in):
    admin = sign_in(house.admin)
    for login, kind, said in (
        ("LEARNER", "", "se connecte déjà"),
        ("06 00", "phone", ""),
        ("a@b", "email", ""),
        ("", "", ""),
    ):
        answer = admin.post("/people/new", data={"name": " ", "login": login, "kind": kind, "language": "xx"})
        assert answer.status_code == 422
        wrong = {node.get("href") for node in checked(answer).iter("a")}
        assert {"#login", "#name"} <= wrong and said in answer.text, login
    fine = admin.post("/people/new", data={"name": " ", "login": "new9", "kind": "", "language": "fr"})
    assert 'id="name-error"' in fine.text and 'id="login-error"' not in fine.text


def test_who_administers_changes_the_own_logins_where_all_are_changed(house, sign_in, page):
    for person, leads in ((house.admin, True), (house.trainer, False)):
        links = {link.get("href") for link in page(sign_in(person), "/account").iter("a")}
        assert (f"/people/{person.public_id}" in links) is leads


def test_logins_are_added_and_removed_but_the_last_stays(house, session, sign_in):
    admin, url = sign_in(house.admin), f"/people/{house.learner.public_id}/logins"
    assert admin.post(f"{url}/removal", data={"folded": "learner"}).status_code == 422
    assert admin.post(url, data={"login": "p1@exemple.org", "kind": ""}).status_code == 303
    taken = admin.post(url, data={"login": "Trainer", "kind": ""})
    assert taken.status_code == 422
    checked(taken)
    assert admin.post(f"{url}/removal", data={"folded": "trainer"}).status_code == 303
    assert admin.post(f"{url}/removal", data={"folded": "learner"}).status_code == 303
    assert kept(session, sa.select(Login.folded).where(Login.person_id == house.learner.id)) == ["p1@exemple.org"]
    assert kept(session, sa.select(Login.folded).where(Login.person_id == house.trainer.id)) == ["trainer"]


def test_a_code_is_shown_on_a_page_that_can_be_loaded_again_by_who_made_it(house, session, sign_in):
    url = f"/people/{house.learner.public_id}/code"
    for person in (house.learner, house.trainer):
        assert sign_in(person).post(url).status_code == 403
        assert sign_in(person).get(url).status_code == 403
    admin = sign_in(house.admin)
    assert "/code/" not in checked_text(admin.get(url))
    answer = admin.post(url)
    assert (answer.status_code, answer.location) == (303, url)
    first, second = admin.get(url), admin.get(url)
    code = re.search(r"/code/(\w{8})", checked_text(first)).group(1)
    assert (
        code in second.text and f"{code[:4]}-{code[4:]}" in second.text and "<b><bdi>learner</bdi></b>" in second.text
    )
    assert first.headers["Cache-Control"] == "no-store"
    assert code not in admin.get(f"/people/{house.learner.public_id}").text
    assert len(kept(session, sa.select(SignInCode))) == 1
    session.add(Administrator(person_id=house.trainer.id, at=NOW))
    session.commit()
    assert code not in checked_text(sign_in(house.trainer).get(url))
    session.execute(sa.update(SignInCode).values(made_at=datetime.now(UTC) - timedelta(minutes=31)))
    session.commit()
    assert code not in checked_text(admin.get(url))


def checked_text(response):
    checked(response)
    return response.text


def test_the_last_administrator_stays_and_others_can_be_named(house, session, sign_in):
    admin = sign_in(house.admin)
    own, other = (f"/people/{person.public_id}/administrator" for person in (house.admin, house.trainer))
    assert admin.post(own, data={"end": "1"}).status_code == 422
    assert sign_in(house.trainer).post(other).status_code == 403
    assert sign_in(house.trainer).get(other).status_code == 403
    assert "end" not in {node.get("name") for node in checked(admin.get(other)).iter("button")}
    assert admin.post(other).status_code == 303
    assert sign_in(house.trainer).get("/people").status_code == 200
    assert "end" in {node.get("name") for node in checked(admin.get(other)).iter("button")}
    assert admin.post(own, data={"end": "1"}).location == "/"
    assert admin.get("/people").status_code == 403


def test_details_of_another_person_are_for_administrators(house, session, sign_in):
    url = f"/people/{house.learner.public_id}/details"
    data = {"name": "Learner Un", "language": "en", "zone": "", "country": "", "gender": "", "institution": "Commune 1"}
    assert sign_in(house.trainer).post(url, data=data).status_code == 403
    assert sign_in(house.admin).post(url, data=data).status_code == 303
    assert sign_in(house.admin).post("/people/nobody/details", data=data).status_code == 404
    assert kept(session, sa.select(Person.name).where(Person.id == house.learner.id)) == ["Learner Un"]


def test_pages_of_people_ask_the_database_as_often_for_many_as_for_few(house, session, sign_in):
    admin = sign_in(house.admin)
    urls = [
        "/people",
        f"/cohorts/{house.cohort.public_id}/people",
        "/cohorts",
        "/cohorts?archived=1",
        "/people/institutions",
        f"/people/{house.learner.public_id}",
    ]
    few = [statements(admin, url) for url in urls]
    for n in range(60):
        person = Person(name=f"Learner {n}", language="fr", created_at=NOW)
        session.add(person)
        session.flush()
        session.add(Login(person_id=person.id, kind="username", shown=f"l{n}", folded=f"l{n}"))
        session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role="learner", since=NOW))
    session.commit()
    assert [statements(admin, url) for url in urls] == few
    assert max(few) <= 11, few


def statements(client, url):
    seen = []
    with client.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count := lambda *_: seen.append(1))
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(seen)
