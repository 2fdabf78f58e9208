"""The list of a day in person: a line for each learner, saved at once, by one trainer beside another."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Membership, Person
from app.people.rules import Role
from modules.attendance import actions
from modules.attendance.models import AttendanceNote
from modules.models import Completion, Revocation, RuleVersion, Sitting
from tests.conftest import checked

NOW = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("day_before")  # The day in person has been.


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", "\u00a0").replace("\u00a0", " ").split())


@pytest.fixture
def url(house):
    return f"/cohorts/{house.cohort.public_id}/days/{house.steps['in_person'].public_id}"


@pytest.fixture
def learner_url(house):
    return f"/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}"


@pytest.fixture
def second(house, session):
    return more_learners(house, session, 1)[0]


def more_learners(house, session, count):
    people = [Person(name=f"Élève {number:02}", created_at=NOW) for number in range(count)]
    session.add_all(people)
    session.flush()
    for person in people:
        session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=NOW))
    session.commit()
    return people


def form(html):
    """What the form of the page would send."""
    found = {}
    for field in html.iter("input"):
        if field.get("name") and (field.get("type") not in {"radio", "checkbox"} or field.get("checked") is not None):
            found[field.get("name")] = field.get("value", "")
    return found


def by_script(client, html):
    """What the page's script would send it with."""
    token = next(node.get("data-csrf") for node in html.iter() if node.get("data-csrf"))
    return lambda url, **note: client.post(f"/api/v1{url}", json=note, headers={"X-CSRFToken": token})


def noted(house, session):
    """The names of those who are there, and of those who are noted as not there."""
    names = dict(session.execute(sa.select(Person.id, Person.name)).all())
    undone = sa.exists().where(Revocation.completion_id == Completion.id, Revocation.undone_at.is_(None))
    there = session.scalars(sa.select(Completion.person_id).where(~undone)).all()
    newest = sa.select(sa.func.max(AttendanceNote.id)).group_by(AttendanceNote.person_id)
    last = session.execute(
        sa.select(AttendanceNote.person_id, AttendanceNote.present).where(AttendanceNote.id.in_(newest))
    ).all()
    session.commit()
    return {names[each] for each in there}, {names[row.person_id] for row in last if row.present is False}


def test_a_list_is_saved_at_once_and_only_what_changed_is_written(house, sign_in, session, page, url, second):
    client, first = sign_in(house.trainer), house.learner
    html = page(client, url)
    assert len(html.findall(".//main//form[@data-attendance]")) == 1 and "0 personne présente sur 2." in text(html)
    sent = form(html)
    assert (sent[f"note-{first.public_id}"], sent[f"note-{second.public_id}"]) == ("", "")
    sent |= {f"note-{first.public_id}": "present", f"note-{second.public_id}": "absent"}
    for _ in range(2):
        assert client.post(url, data=sent).status_code == 303
        assert noted(house, session) == ({"learner"}, {"Élève 00"})
    assert session.scalar(sa.select(sa.func.count()).select_from(AttendanceNote)) == 2
    session.commit()
    html = page(client, url)
    assert "1 personne présente sur 2." in text(html) and form(html)[f"note-{second.public_id}"] == "absent"
    client.post(url, data={**form(html), f"note-{first.public_id}": "", f"note-{second.public_id}": "present"})
    assert noted(house, session) == ({"Élève 00"}, set())


def test_who_is_not_noted_yet_is_noted_as_present_by_one_button(house, sign_in, session, page, url, second):
    client, third = sign_in(house.trainer), more_learners(house, session, 2)[1]
    sent = form(page(client, url)) | {f"note-{second.public_id}": "absent", "all": "1"}
    client.post(url, data=sent)
    assert noted(house, session) == ({"learner", "Élève 00", third.name}, {"Élève 00"})


def test_a_line_that_another_trainer_changed_meanwhile_is_told_and_kept(house, sign_in, session, page, url, second):
    client, first = sign_in(house.trainer), house.learner
    opened = form(page(client, url))
    sign_in(house.admin).post(url, data={**opened, f"note-{first.public_id}": "absent"})
    sent = opened | {f"note-{first.public_id}": "present", f"note-{second.public_id}": "present"}
    html = checked(client.post(url, data=sent, follow_redirects=True))
    assert "entre-temps, et cela reste : learner (Absent·e)" in text(html)
    assert noted(house, session) == ({"Élève 00"}, {"learner"})
    assert client.post(url, data={**form(html), f"note-{first.public_id}": "present"}).status_code == 303
    assert noted(house, session)[0] == {"learner", "Élève 00"}


def test_a_list_that_comes_again_later_changes_nothing_that_was_noted_since(house, sign_in, session, page, url):
    client, name = sign_in(house.trainer), f"note-{house.learner.public_id}"
    sent = form(page(client, url)) | {name: "present"}
    client.post(url, data=sent)
    client.post(url, data={**form(page(client, url)), name: ""})
    client.post(url, data=sent)
    assert noted(house, session) == (set(), set())
    client.post(url, data={**form(page(client, url)), name: "present"})
    assert noted(house, session) == ({"learner"}, set())


def test_a_presence_that_has_counted_for_a_day_leaves_the_list_with_a_reason(
    house, sign_in, session, page, url, second
):
    step, rules = house.steps["in_person"], session.scalars(sa.select(RuleVersion)).one()
    about = {"person_id": house.learner.id, "step_id": step.id, "rule_version_id": rules.id}
    session.add(Completion(**about, at=NOW - timedelta(hours=25), source="trainer"))
    session.commit()
    client, first = sign_in(house.trainer), house.learner.public_id
    sent = form(page(client, url)) | {f"note-{first}": "absent", f"note-{second.public_id}": "present"}
    assert f"why-{second.public_id}" not in sent
    refused = client.post(url, data={**sent, f"why-{first}": "a\0b"})
    assert refused.status_code == 422 and "<title>Erreur" in refused.text
    for wrong, said in (("", "Dites pourquoi"), ("x" * 501, "")):
        answer = client.post(url, data={**sent, f"why-{first}": wrong})
        assert answer.status_code == 422
        html = checked(answer)
        assert said in text(next(node for node in html.iter("p") if node.get("id") == f"why-{first}-error"))
        kept = form(html)
        assert (kept[f"note-{first}"], kept[f"note-{second.public_id}"]) == ("absent", "present")
        assert noted(house, session) == ({"learner"}, set())
    client.post(url, data={**form(html), f"why-{first}": "Autre salle"})
    assert noted(house, session) == ({"Élève 00"}, {"learner"})
    assert session.scalars(sa.select(Revocation.why)).one() == "Autre salle"


def test_who_has_left_or_come_meanwhile_is_not_noted(house, sign_in, session, page, url, second):
    client = sign_in(house.trainer)
    sent = form(page(client, url)) | {f"note-{second.public_id}": "present", "all": "1"}
    session.execute(sa.update(Membership).where(Membership.person_id == second.id).values(ended_at=NOW))
    more_learners(house, session, 1)
    html = checked(client.post(url, data=sent, follow_redirects=True))
    assert "1 personne n’apprend plus dans cette cohorte" in text(html)
    assert noted(house, session) == ({"learner"}, set())


def test_the_list_is_for_who_leads_the_cohort(house, sign_in, session, page, url):
    sent = form(page(sign_in(house.trainer), url)) | {f"note-{house.learner.public_id}": "present"}
    assert sign_in(house.learner).post(url, data=sent).status_code == 403
    assert sign_in(house.other_trainer).post(url, data=sent).status_code == 404
    elsewhere = url.replace(house.steps["in_person"].public_id, house.steps["quiz"].public_id)
    assert sign_in(house.trainer).post(elsewhere, data=sent).status_code == 404
    assert noted(house, session) == (set(), set())
    for broken in ({f"note-{house.learner.public_id}": "perhaps"}, {f"was-{house.learner.public_id}": "x"}):
        assert sign_in(house.trainer).post(url, data={**sent, **broken}).status_code == 303
    assert noted(house, session) == (set(), set())


def test_an_absence_is_said_wherever_the_step_is_listed(house, sign_in, session, page):
    actions.attend(
        session, house.cohort, house.steps["in_person"], house.learner, present=False, by=house.trainer, now=NOW
    )
    session.commit()
    assert "absent·e" in text(page(sign_in(house.learner), f"/modules/{house.module.public_id}"))
    cohort = f"/cohorts/{house.cohort.public_id}"
    for path in (f"/modules/{house.module.public_id}/steps", f"/learners/{house.learner.public_id}"):
        assert "absent·e" in text(page(sign_in(house.trainer), cohort + path))
    actions.attend(
        session, house.cohort, house.steps["in_person"], house.learner, present=None, by=house.trainer, now=NOW
    )
    session.commit()
    assert "absent·e" not in text(page(sign_in(house.learner), f"/modules/{house.module.public_id}"))


def move(session, days, **columns):
    at = NOW + timedelta(days=days)
    session.execute(sa.update(Sitting).values(day=at.date(), starts_at=at, **columns))
    session.commit()


def test_the_list_says_when_and_where(house, sign_in, session, page, url):
    assert "Salle 1" in text(page(sign_in(house.trainer), url))
    move(session, 1, cancelled_at=NOW)
    html = page(sign_in(house.trainer), url)
    assert "La date n’est pas encore fixée" in text(html) and "Salle 1" not in text(html)
    assert [a for a in html.iter("a") if a.get("href").endswith("/dates")]


def test_a_day_that_lies_ahead_is_noted_only_when_it_is_meant(house, sign_in, session, page, url, second, learner_url):
    client = sign_in(house.trainer)
    move(session, 3)
    answer = client.post(url, data=form(page(client, url)) | {"all": "1"})
    assert answer.status_code == 422 and noted(house, session) == (set(), set())
    html = checked(answer)
    assert "n’a pas encore eu lieu" in text(html)
    kept = form(html)
    assert kept[f"note-{second.public_id}"] == "present" and "sure" not in kept
    client.post(url, data={**kept, f"note-{second.public_id}": "absent", "sure": "1"})
    assert noted(house, session) == ({"learner"}, {"Élève 00"})
    one = f"{learner_url}/steps/{house.steps['in_person'].public_id}/attendance".replace(
        house.learner.public_id, second.public_id
    )
    answer = client.post(one)
    assert answer.status_code == 422 and "Était là malgré tout" in text(checked(answer))
    send = by_script(client, html)
    refused = send(one, present=True)
    assert refused.status_code == 422 and refused.json["errors"][0]["field"] == "sure"
    assert send(one, present=False).status_code == 200
    assert send(one, present=True, sure=True).json == {"present": True}
    move(session, 3, cancelled_at=NOW)
    assert client.post(one, data={"undo": 1}).status_code == 303 and client.post(one).status_code == 303


def test_nobody_notes_the_own_presence(house, sign_in, session, page, url, learner_url):
    session.add(Membership(person_id=house.trainer.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=NOW))
    session.commit()
    client, own = sign_in(house.trainer), f"note-{house.trainer.public_id}"
    html = page(client, url)
    assert own not in form(html) and "Vous apprenez dans cette cohorte" in text(html)
    client.post(url, data={**form(html), own: "present", f"was-{house.trainer.public_id}": "", "all": "1"})
    assert noted(house, session)[0] == {"learner"}
    one = f"{learner_url}/steps/{house.steps['in_person'].public_id}/attendance".replace(
        house.learner.public_id, house.trainer.public_id
    )
    assert client.post(one).status_code == 409 and by_script(client, html)(one, present=True).status_code == 409
    assert sign_in(house.admin).post(one).status_code == 303
    assert noted(house, session)[0] == {"learner", "trainer"}


def test_the_statements_do_not_grow_with_the_list(house, sign_in, session, page, url, statements):
    client, costs = sign_in(house.trainer), []
    for more in (1, 1, 30):  # The first time nobody has a presence to give back.
        more_learners(house, session, more)
        for said in ("present", "absent"):
            sent = {name: said if name.startswith("note-") else old for name, old in form(page(client, url)).items()}
            costs.append(statements(lambda sent=sent: client.post(url, data=sent)))
    assert costs[2:4] == costs[4:], costs
    assert max(costs) <= 22
