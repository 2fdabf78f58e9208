"""A sheet to sign, typed in by the numbers of its lines; a list taken back; the history; the table with signatures."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Membership, Person
from app.people.rules import Role
from modules.attendance import rules
from modules.attendance.models import AttendanceNote
from modules.models import Completion, Revocation
from tests.conftest import checked

NOW = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("day_before")


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", "\u00a0").replace("\u00a0", " ").split())


@pytest.fixture
def day(house):
    return f"/cohorts/{house.cohort.public_id}/days/{house.steps['in_person'].public_id}"


def add(house, session, name, since=NOW - timedelta(days=1)):
    person = Person(name=name, created_at=NOW)
    session.add(person)
    session.flush()
    session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=since))
    session.commit()
    return person


def form(html, action=""):
    """What the form that ends so would send."""
    found = {}
    for node in html.iter("form"):
        if (node.get("action") or "").endswith(action) and node.get("class") != "langs":
            for field in node.iter("input"):
                chosen = field.get("type") not in {"radio", "checkbox"} or field.get("checked") is not None
                if field.get("name") and chosen:
                    found[field.get("name")] = field.get("value", "")
    return found


def present(session):
    undone = sa.exists().where(Revocation.completion_id == Completion.id, Revocation.undone_at.is_(None))
    found = session.scalars(
        sa.select(Person.name).join(Completion, Completion.person_id == Person.id).where(~undone)
    ).all()
    session.commit()
    return set(found)


def test_a_sheet_is_typed_in_by_its_lines_shown_first_and_taken_back(house, session, sign_in, page, day):
    add(house, session, "Awa")
    add(house, session, "Zoé")
    client = sign_in(house.trainer)
    shown = text(page(client, f"{day}/sheet"))
    assert shown.index("Awa") < shown.index("learner") < shown.index("Zoé")
    sent = form(page(client, f"{day}/entry")) | {"lines": "1, 3", "rest": "absent"}
    answer = client.post(f"{day}/entry", data=sent)
    assert answer.status_code == 200 and "2 lignes signées" in text(checked(answer))
    assert present(session) == set(), "nothing is saved before it was looked at"
    answer = client.post(f"{day}/entry", data={**form(checked(answer)), "lines": "1,3", "rest": "absent", "save": "1"})
    assert answer.status_code == 303 and present(session) == {"Awa", "Zoé"}
    html = page(client, answer.headers["Location"])
    undo = form(html, "/undo")
    assert client.post(f"{day}/undo", data=undo).status_code == 303
    assert present(session) == set()
    assert session.scalar(sa.select(sa.func.count()).select_from(AttendanceNote)) == 6
    session.commit()
    assert sign_in(house.other_trainer).post(f"{day}/undo", data=undo).status_code == 404
    assert client.post(f"{day}/undo", data={"sheet": "%"}).status_code == 404


def test_a_list_that_was_saved_for_all_is_taken_back_but_for_what_came_since(house, session, sign_in, page, day):
    awa = add(house, session, "Awa")
    client = sign_in(house.trainer)
    answer = client.post(day, data=form(page(client, day), "") | {"all": "1"})
    assert present(session) == {"Awa", "learner"}
    undo = form(page(client, answer.headers["Location"]), "/undo")
    other = sign_in(house.admin)
    sent = form(page(other, day), "") | {f"note-{awa.public_id}": "absent"}
    other.post(day, data=sent)
    html = checked(client.post(f"{day}/undo", data=undo, follow_redirects=True))
    assert "1 ligne reste" in text(html) and present(session) == set()


def test_who_came_after_the_sheet_was_printed_does_not_move_its_lines(house, session, sign_in, page, day):
    printed = rules.sheet_number(rules.period(NOW) - 60)
    add(house, session, "Awa", since=NOW)
    client = sign_in(house.trainer)
    sent = form(page(client, f"{day}/entry")) | {"lines": "1", "number": printed, "save": "1"}
    assert client.post(f"{day}/entry", data=sent).status_code == 422, "the house is younger than this sheet"
    session.execute(
        sa.update(Membership).where(Membership.person_id == house.learner.id).values(since=NOW - timedelta(days=1))
    )
    session.commit()
    assert client.post(f"{day}/entry", data=sent).status_code == 303
    assert present(session) == {"learner"}


@pytest.mark.parametrize("typed", ["99", "1-", "one"])
def test_a_line_that_the_sheet_has_not_is_told_and_nothing_is_saved(house, session, sign_in, page, day, typed):
    client = sign_in(house.trainer)
    sent = form(page(client, f"{day}/entry")) | {"lines": f"1, {typed}", "save": "1"}
    answer = client.post(f"{day}/entry", data=sent)
    assert answer.status_code == 422 and f"ce numéro : {typed}" in text(checked(answer))
    assert form(checked(answer))["lines"] == f"1, {typed}" and present(session) == set()


def test_the_history_keeps_every_note_with_its_device_and_reason(house, session, sign_in, page, day):
    client, learner = sign_in(house.trainer), house.learner
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 13) Chrome/120 Mobile"}
    for said in ("present", "absent"):
        sent = form(page(client, day), "") | {f"note-{learner.public_id}": said}
        assert client.post(day, data=sent, headers=phone).status_code == 303
    path = f"{day}/people/{learner.public_id}"
    rows = [text(row) for row in page(client, path).iter("tr")][1:]
    assert "Présent·eAbsent·etrainerliste · Chrome, AndroidNoté par erreur" in rows[0]
    assert "Non notéPrésent·etrainerliste · Chrome, Android" in rows[1]
    assert sign_in(house.other_trainer).get(path).status_code == 404
    assert client.get(f"{day}/people/{house.other_learner.public_id}").status_code == 404


def test_the_table_has_a_column_to_sign(house, session, sign_in, page, day):
    add(house, session, "=Awa")
    client = sign_in(house.trainer)
    client.post(day, data=form(page(client, day), "") | {"all": "1"})
    table = client.get(f"{day}/attendance.csv").get_data(as_text=True).removeprefix("\ufeff")
    lines = list(csv.reader(io.StringIO(table, newline=""), delimiter=";"))
    assert lines[0] == ["Ligne", "Nom", "Identifiant", "Journée entière", "Signature"]
    assert lines[1][1] == "'=Awa" and [line[3:] for line in lines[1:]] == [["Présent·e", ""]] * 2
    assert client.get(f"{day}/attendance.xlsx").data[:2] == b"PK"
    assert sign_in(house.learner).get(f"{day}/attendance.csv").status_code == 403
