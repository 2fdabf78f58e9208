"""A form that makes something, sent twice: one row, and the page that the first one led to."""

import io
from datetime import timedelta
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import g

from app.people.models import Cohort, Person
from app.web.once import KEPT, SentForm, forget
from modules.cases.models import Case
from modules.models import Assignment, Cycle, Module, Step
from modules.views import filling
from quizzes.models import Question
from tests.world import signed_in

COHORT = {"name": "Cohorte 7", "zone": "Africa/Bamako"}
OPEN = {"lang": "fr", "text": "Une question ?", "points": "1", "feedback": "", "expected": "Un corrigé."}
MAKING = [
    ("/cohorts/new", COHORT, Cohort),
    ("/people/new", {"name": "Participant 70", "login": "p70", "kind": "username", "language": "fr"}, Person),
    ("/manage/cycles/new", {"title_fr": "Cycle 2"}, Cycle),
    ("/manage/cycles/{cycle}/modules/new", {"title_fr": "M 9", "number": "9", "kind": "recorded"}, Module),
    ("/manage/modules/{module}/steps/new/page", {"title_fr": "Page", "lang": "fr", "body": "Un mot."}, Step),
    ("/cases/new", {"country": "BJ", "title": "Bénin", "consent": "cohort", "language": "fr"}, Case),
    ("/quizzes/{quiz}/questions/new/open", OPEN, Question),
]


def name_on(page):
    """The name of the form on a page that was checked."""
    (found,) = {field.get("value") for field in page.iter("input") if field.get("name") == "once"}
    return found


def count(session, model):
    found = session.scalar(sa.select(sa.func.count()).select_from(model))
    session.rollback()
    return found


@pytest.mark.parametrize(("url", "typed", "model"), MAKING, ids=[model.__name__ for *_, model in MAKING])
def test_what_is_sent_twice_is_made_once(house, session, sign_in, page, url, typed, model):
    url = url.format(cycle=house.cycle.public_id, module=house.module.public_id, quiz=house.steps["quiz"].public_id)
    who, before = sign_in(house.trainer if model in (Case, Question) else house.admin), count(session, model)
    typed = {**typed, "once": name_on(page(who, url))}
    first = who.post(url, data=typed)
    assert first.status_code == 303, first.text
    again = who.post(url, data=typed)
    assert (again.status_code, again.location) == (303, first.location)
    assert count(session, model) == before + 1
    assert "enregistré une fois" in who.get(again.location).text


def test_what_was_changed_in_it_is_another(house, session, sign_in):
    """Back, another name typed, sent: the page has kept the name of its form."""
    admin = sign_in(house.admin)
    for name in ("Cohorte 7", "Cohorte 8"):
        assert admin.post("/cohorts/new", data={**COHORT, "name": name, "once": "abc"}).status_code == 303
    assert count(session, Cohort) == 4
    nameless = admin.post("/cohorts/new", data={**COHORT, "name": "Cohorte 9"})
    assert nameless.status_code == 303, "a form without a name is carried out"
    assert count(session, Cohort) == 5


def test_what_was_refused_was_not_taken(house, session, sign_in, page):
    admin = sign_in(house.admin)
    wrong = admin.post("/cohorts/new", data={**COHORT, "zone": "Atlantis", "once": "abc"})
    assert wrong.status_code == 422
    assert 'name="once" value="abc"' in wrong.text
    assert count(session, SentForm) == 0
    assert admin.post("/cohorts/new", data={**COHORT, "once": "abc"}).status_code == 303


def test_a_name_belongs_to_who_sent_it(house, session, sign_in):
    typed, found = {"country": "BJ", "title": "Bénin", "consent": "cohort", "language": "fr", "once": "n"}, {}
    for person in (house.admin, house.trainer, house.admin, house.trainer):
        found.setdefault(person.name, set()).add(sign_in(person).post("/cases/new", data=typed).location)
    assert count(session, SentForm) == count(session, Case) == 2
    assert [len(places) for places in found.values()] == [1, 1] and len(set.union(*found.values())) == 2


def test_a_name_sent_to_two_addresses_is_two_forms(house, session, sign_in):
    admin, typed, before = (
        sign_in(house.admin),
        {"title_fr": "M", "kind": "recorded", "once": "n"},
        count(session, Module),
    )
    assert admin.post("/manage/cycles/new", data={"title_fr": "Cycle 2"}).status_code == 303
    cycles = session.scalars(sa.select(Cycle.public_id)).all()
    session.rollback()
    for cycle in cycles:
        assert admin.post(f"/manage/cycles/{cycle}/modules/new", data=typed).status_code == 303
    assert count(session, Module) == before + 2


def test_a_file_is_part_of_its_form(house, session, sign_in):
    url, admin = f"/manage/modules/{house.module.public_id}/steps/new/file", sign_in(house.admin)
    before = count(session, Step)
    for content, steps in ((b"%PDF-1.4 a", 1), (b"%PDF-1.4 a", 1), (b"%PDF-1.4 b", 2), (b"%PDF-1.4 abc", 3)):
        typed = {"title_fr": "Document", "lang": "fr", "once": "n", "file": (io.BytesIO(content), "a.pdf")}
        answer = admin.post(url, data=typed)
        assert answer.status_code == 303, answer.text
        assert count(session, Step) == before + steps


def test_a_file_is_kept_before_its_form_holds_up_other_writers(house, sign_in, monkeypatch):
    url, admin, seen = f"/manage/modules/{house.module.public_id}/steps/new/file", sign_in(house.admin), []
    kept = filling.keep
    monkeypatch.setattr(filling, "keep", lambda *sent: (seen.append(g.get("transaction")), kept(*sent))[1])
    typed = {"title_fr": "Document", "lang": "fr", "once": "n", "file": (io.BytesIO(b"%PDF-1.4"), "a.pdf")}
    assert admin.post(url, data=typed).status_code == 303
    assert seen == [None]


def test_what_a_slower_press_has_done_is_undone(app, house, session, sign_in, monkeypatch):
    """The first one arrives, whole, while the second is being carried out: one step, and one file."""
    url, (admin, other) = f"/manage/modules/{house.module.public_id}/steps/new/file", map(sign_in, [house.admin] * 2)
    before, arrived, kept = count(session, Step), [], filling.keep
    stored = {file.name for file in app.config["HOUSE"].data_dir.rglob("steps/*")}

    def send(who):
        file = (io.BytesIO(b"%PDF-1.4"), "a.pdf")
        return who.post(url, data={"title_fr": "Document", "lang": "fr", "once": "n", "file": file})

    def slowly(*sent):
        done = kept(*sent)
        if not arrived:
            arrived.append("begun")
            faster = Thread(target=lambda: arrived.append(send(other).location))
            faster.start()
            faster.join()
        return done

    monkeypatch.setattr(filling, "keep", slowly)
    answer = send(admin)
    assert answer.status_code == 303 and answer.location == arrived[1]
    assert count(session, Step) == before + 1
    (key,) = session.scalars(sa.select(Step.file_key).where(Step.file_key.is_not(None)))
    session.rollback()
    assert {file.name for file in app.config["HOUSE"].data_dir.rglob("steps/*")} - stored == {key.rpartition("/")[2]}


def test_two_presses_at_one_moment_make_one(app, house, session, sign_in):
    sign_in(house.admin)
    kept, answers = signed_in(session, house.admin), []
    session.commit()

    def press():
        client = app.test_client()
        with client.session_transaction() as browser:
            browser["_user_id"] = kept
        answers.append(client.post("/cohorts/new", data={**COHORT, "once": "abc"}))

    presses = [Thread(target=press) for _ in range(4)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert count(session, Cohort) == 3


def test_it_is_forgotten_after_a_month(house, session, sign_in):
    sign_in(house.admin).post("/cohorts/new", data={**COHORT, "once": "abc"})
    at = session.scalar(sa.select(SentForm.at))
    forget(session, at + KEPT)
    assert session.scalar(sa.select(SentForm.at)) == at
    forget(session, at + KEPT + timedelta(seconds=1))
    assert session.scalar(sa.select(SentForm.at)) is None


def test_a_module_is_given_once(house, session, sign_in, page):
    url, admin = f"/cohorts/{house.other_cohort.public_id}/modules", sign_in(house.admin)
    typed = {"module": house.module.public_id, "opens": "", "due": "", "once": name_on(page(admin, url))}
    first, again = (admin.post(url, data=typed) for _ in range(2))
    assert (first.status_code, again.status_code, again.location) == (303, 303, first.location)
    assert count(session, Assignment) == 2
    assert admin.post(url, data={**typed, "once": "another"}).status_code == 422, "the cohort has it already"
