"""Two accounts of one person are looked at side by side, made one and parted again; one is erased and comes back."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.errors import Conflict
from app.people.actions import accounts, erasing, merging
from app.people.logins import Kind
from app.people.models import Erasure, Login, Person

NOW = datetime.now(UTC)


def text(tree):
    return " ".join("".join(tree.find(".//main").itertext()).split())


@pytest.fixture
def double(house, session):
    """Another account of the learner."""
    person = accounts.add_person(
        session, accounts.Details("Apprenante", institution="Mairie"), [(Kind.USERNAME, "double")], NOW
    )
    session.commit()
    return person.public_id


def test_administrators_see_what_each_has_before_the_yes_and_can_part_the_two(house, session, sign_in, page, double):
    admin, kept = sign_in(house.admin), house.learner.public_id
    session.rollback()
    found = page(admin, f"/people/{kept}/merge?search=double")
    (link,) = [a.get("href") for a in found.iter("a") if f"with={double}" in (a.get("href") or "")]
    asked = text(page(admin, link))
    for word in (
        "learner",
        "double",
        "Cohort 1",
        "Vu",
        "Essais de quiz",
        "Messages dans les discussions",
        "trente jours",
    ):
        assert word in asked
    assert admin.post(f"/people/{kept}/merge", data={}).status_code == 422
    assert admin.post(f"/people/{kept}/merge", data={"with": kept}).status_code == 422
    assert sign_in(house.trainer).post(f"/people/{kept}/merge", data={"with": double}).status_code == 403
    assert admin.post(f"/people/{kept}/merge", data={"with": double}).status_code == 303
    assert admin.get(f"/people/{double}").location == f"/people/{kept}"
    assert admin.get(f"/people/{double}/details").status_code == 404
    shown = text(page(admin, f"/people/{kept}"))
    assert "Apprenante fait partie de ce compte" in shown and "double" in shown
    assert "Apprenante" not in text(page(admin, "/people"))
    assert admin.post(f"/people/{kept}/merge/end", data={"gone": house.trainer.public_id}).status_code == 404
    session.rollback()
    assert admin.post(f"/people/{kept}/merge/end", data={"gone": double}).status_code == 303
    assert "Apprenante" in text(page(admin, f"/people/{double}"))
    again = admin.post(f"/people/{kept}/merge/end", data={"gone": double}, follow_redirects=True)
    assert "déjà séparés" in again.get_data(as_text=True)


def test_either_login_opens_the_one_account(house, session, app, sign_in, double):
    admin, kept = sign_in(house.admin), house.learner.public_id
    session.rollback()
    admin.post(f"/people/{kept}/merge", data={"with": double})
    for login in ("learner", "double"):
        client = app.test_client()
        answer = client.post("/sign-in", data={"login": login, "password": "demonstration"})
        assert answer.status_code == 303, login
        assert client.get("/api/v1/me").get_json()["id"] == kept


def test_an_erased_account_has_no_name_anywhere_and_comes_back_whole(house, session, sign_in, page):
    admin, person = sign_in(house.admin), house.learner.public_id
    entered = sign_in(house.learner)
    session.rollback()
    assert "disparaissent aussitôt" in text(page(admin, f"/people/{person}/erasure"))
    assert sign_in(house.trainer).post(f"/people/{person}/erasure").status_code == 403
    assert admin.post(f"/people/{house.admin.public_id}/erasure").status_code == 422, "one's own"
    session.rollback()
    for _press in range(2):
        answer = admin.post(f"/people/{person}/erasure")
        assert answer.status_code in (303, 404)
    assert entered.get("/").status_code in (200, 303) and entered.get("/api/v1/me").status_code == 401
    assert admin.get(f"/people/{person}").status_code == 404
    session.expire_all()
    row = session.scalars(sa.select(Person).where(Person.public_id == person)).one()
    assert (row.name, row.folded, row.password_hash) == ("", "", None) and row.erased_at
    assert session.scalars(sa.select(Login).where(Login.person_id == row.id)).all() == []
    session.rollback()
    assert "learner" in text(page(admin, "/people/erased"))
    assert admin.post(f"/people/erased/{person}").location == f"/people/{person}"
    assert "Cohort 1" in text(page(admin, f"/people/{person}"))
    assert "learner" not in text(page(admin, "/people/erased"))


def test_a_login_that_somebody_else_was_given_meanwhile_is_said_and_stays_away(house, session):
    erasing.erase(session, house.learner, by=house.admin, now=NOW)
    accounts.add_person(session, accounts.Details("Autre"), [(Kind.USERNAME, "learner")], NOW)
    row = session.scalars(sa.select(Erasure)).one()
    assert erasing.restore(session, row, by=house.admin, now=NOW) == ["learner"]
    assert house.learner.name == "learner"


def test_after_thirty_days_nobody_knows_any_more_whose_account_it_was(house, session):
    erasing.erase(session, house.learner, by=house.admin, now=NOW)
    erasing.erase(session, house.other_learner, by=house.admin, now=NOW + timedelta(days=2))
    assert erasing.forget(session, NOW + timedelta(days=30)) == 0
    assert erasing.forget(session, NOW + timedelta(days=31)) == 1
    first, second = session.scalars(sa.select(Erasure).order_by(Erasure.id)).all()
    assert first.kept == {} and second.kept["people"][0]["name"] == "other_learner"
    with pytest.raises(Conflict):
        erasing.restore(session, first, by=house.admin, now=NOW)
    erasing.restore(session, second, by=house.admin, now=NOW + timedelta(days=31))
    assert house.other_learner.name == "other_learner" and second.kept == {}


def test_with_an_account_go_those_that_became_a_part_of_it(house, session, double):
    gone = session.scalars(sa.select(Person).where(Person.public_id == double)).one()
    merging.merge(session, gone, house.learner, by=house.admin, now=NOW)
    erasing.erase(session, house.learner, by=house.admin, now=NOW)
    assert (gone.name, house.learner.name) == ("", "")
    erasing.restore(session, session.scalars(sa.select(Erasure)).one(), by=house.admin, now=NOW)
    assert (gone.name, house.learner.name) == ("Apprenante", "learner")
