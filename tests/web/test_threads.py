"""The pages of a discussion: posts, replies, consent, moderation, what is new."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import db
from app.text import says_nothing
from modules.cases import actions
from modules.cases.actions import Draft
from modules.cases.kinds import panel
from modules.cases.models import Case, Post, PostText, ReadAhead, ReadMark, Thread
from modules.models import Assignment, Completion
from tests.conftest import checked
from tests.rules.test_text import faults

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
POST = {"kind": "question", "stage": "", "language": "fr", "consent": "cohort", "body": "Qui a **décidé** ?"}


@pytest.fixture
def case(session: Any, house: Any) -> Case:
    """An empty template of the house's cycle."""
    made = actions.create_case(session, house.cycle.id, country="ML", title="Mali", by=house.admin, now=NOW)
    session.commit()
    return made


@pytest.fixture
def thread(session: Any, house: Any, case: Case) -> Thread:
    """A discussion of the learner's cohort on one stage."""
    made = actions.open_thread(
        session, case, house.cohort.id, title="Calendrier", stage="conception", by=house.trainer, now=NOW
    )
    session.commit()
    return made


def say(session: Any, thread: Thread, author: Any, body: str = "Texte", minutes: int = 1, **more: Any) -> Post:
    """A post that is simply there."""
    parent = more.pop("parent", None)
    case = session.get_one(Case, thread.case_id)
    post = actions.write(
        session, thread, case, Draft(**{"kind": "experience", "body": body, "language": "fr"} | more),
        author=author, now=NOW + timedelta(minutes=minutes), parent=parent,
    )  # fmt: skip
    session.commit()
    return post


def text_of(tree: Any) -> str:
    return " ".join("".join(tree.find(".//main").itertext()).split())


def count(session: Any, model: Any) -> int:
    found = session.scalar(sa.select(sa.func.count()).select_from(model))
    session.commit()
    return int(found)


@pytest.fixture
def statements(app: Any) -> Iterator[list[str]]:
    """Every SQL statement that was run."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_a_discussion_belongs_to_its_cohort(
    house: Any, case: Case, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    session.add(
        Assignment(cohort_id=house.other_cohort.id, module_id=house.module.id, rule_version_id=house.rules.id, at=NOW)
    )
    session.commit()
    post = say(session, thread, house.learner)
    for person in (house.learner, house.trainer, house.admin):
        assert "Texte" in text_of(page(sign_in(person), f"/threads/{thread.public_id}"))
        cohort = f"?cohort={house.cohort.public_id}"
        assert "Calendrier" in text_of(page(sign_in(person), f"/cases/{case.public_id}/discussion{cohort}"))
    for person in (house.other_learner, house.other_trainer):
        other = sign_in(person)
        assert "Calendrier" not in text_of(page(other, f"/cases/{case.public_id}/discussion"))
        for url in (f"/threads/{thread.public_id}", f"/threads/{thread.public_id}/posts",
                    f"/threads/{thread.public_id}/unread", f"/posts/{post.public_id}",
                    f"/posts/{post.public_id}/history", f"/posts/{post.public_id}/edit"):  # fmt: skip
            assert other.get(url).status_code == 404, url
        assert other.post(f"/threads/{thread.public_id}/posts", data=POST).status_code == 404
    assert sign_in(house.other_trainer).post(f"/threads/{thread.public_id}/pin").status_code == 404
    assert sign_in(house.other_trainer).get(f"/posts/{post.public_id}/hiding").status_code == 404


def test_a_post_is_written_shown_and_completes_the_step(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    learner = sign_in(house.learner)
    url = f"/threads/{thread.public_id}"
    assert page(learner, url).find(".//form[@data-draft]") is not None
    answer = learner.post(f"{url}/posts", data={**POST, "client_id": "once"})
    assert answer.status_code == 303
    assert learner.post(f"{url}/posts", data={**POST, "client_id": "once"}).location == answer.location
    assert count(session, Post) == 1
    shown = page(learner, url).find(".//article")
    assert shown.find(".//strong").text == "décidé"
    assert shown.find(".//div[@class='prose']").get("lang") == "fr"
    assert "Question" in "".join(shown.itertext())
    assert "participant·e" in "".join(shown.itertext())
    done = session.scalars(sa.select(Completion)).one()
    assert (done.person_id, done.step_id, done.source) == (house.learner.id, house.steps["cases"].id, "cases")


def test_nothing_typed_is_lost_when_a_post_is_refused(house: Any, thread: Thread, sign_in: Any) -> None:
    url = f"/threads/{thread.public_id}/posts"
    for change in ({"body": "a" * 20_001}, {"kind": "poem", "body": "Gardé"}, {"language": "?", "body": "Gardé"}):
        answer = sign_in(house.learner).post(url, data={**POST, **change})
        assert answer.status_code == 422
        assert change["body"] in answer.get_data(as_text=True)
    assert sign_in(house.learner).post(url, data={**POST, "body": " \n"}).status_code == 422


def test_the_author_says_of_which_kind_a_post_is(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    learner, url = sign_in(house.learner), f"/threads/{thread.public_id}"
    asked = page(learner, url).find(".//select[@name='kind']")
    assert [one.get("value") for one in asked if one.get("selected") is not None] in ([], [""])
    assert asked[0].get("value") == ""
    post = say(session, thread, house.learner, "Avant")
    without = {name: value for name, value in POST.items() if name != "kind"}
    for sent, there in ((without, f"{url}/posts"), ({**POST, "kind": ""}, f"{url}/posts"),
                        ({**POST, "kind": "", "version": "1"}, f"/posts/{post.public_id}/edit")):  # fmt: skip
        refused = learner.post(there, data=sent)
        assert refused.status_code == 422
        shown = checked(refused)
        beside = shown.find(".//div[@class='field wrong']")
        assert "Choisissez le type de message." in "".join(beside.itertext())
        assert beside.find("select").get("name") == "kind"
        assert shown.find(".//textarea").text.strip() == POST["body"]
    assert count(session, Post) == 1
    assert learner.post(f"{url}/posts", data=POST).status_code == 303
    assert "selected" in page(learner, f"/posts/{post.public_id}/edit").find(".//option[@value='experience']").attrib


def test_a_closed_discussion_says_by_whom_and_gives_back_what_comes_late(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    say(session, thread, house.learner, "À lire")
    learner, trainer, url = sign_in(house.learner), sign_in(house.trainer), f"/threads/{thread.public_id}"
    said = []
    for tail, on in (("pin", "1"), ("pin", "0"), ("closing", "1"), ("closing", "0"), ("closing", "1")):
        assert trainer.post(f"{url}/{tail}", data={"on": on}).status_code == 303
        said.append(page(trainer, url).find(".//div[@role='status']/p").text)
    assert said[:4] == [
        "La discussion est épinglée\u00a0: elle reste au-dessus des autres.",
        "La discussion n’est plus épinglée.",
        "La discussion est close.",
        "La discussion reçoit de nouveau des messages.",
    ]
    for person in (learner, trainer):
        there = page(person, url)
        assert "Close par trainer" in text_of(there)
        assert "À lire" in text_of(there)
        assert there.find(".//textarea") is None
        late = person.post(f"{url}/posts", data=POST)
        assert late.status_code == 409
        shown = checked(late)
        assert "ne reçoit plus de messages" in "".join(shown.find(".//div[@class='field wrong broad']").itertext())
        assert "Close par trainer" in text_of(shown)
        assert shown.find(".//textarea").text.strip() == POST["body"]
        form = next(form for form in shown.iter("form") if form.find(".//textarea") is not None)
        assert [button.text for button in form.iter("button")] == ["Aperçu"], "it could not be sent"
        assert "une fois la discussion rouverte" in text_of(shown)
    assert count(session, Post) == 1
    house.trainer.erased_at = NOW
    session.add(house.trainer)
    session.commit()
    assert "trainer" not in text_of(page(learner, url))


def test_a_preview_writes_nothing(house: Any, thread: Thread, sign_in: Any, session: Any) -> None:
    answer = sign_in(house.learner).post(f"/threads/{thread.public_id}/posts", data={**POST, "preview": "1"})
    assert answer.status_code == 200
    assert "<strong>décidé</strong>" in answer.get_data(as_text=True)
    assert count(session, Post) == 0


def test_replies_are_one_level_deep(house: Any, thread: Thread, sign_in: Any, page: Any, session: Any) -> None:
    first = say(session, thread, house.learner, "Un")
    learner = sign_in(house.learner)
    url = f"/threads/{thread.public_id}/posts"
    assert "Un" in text_of(page(learner, f"{url}?parent={first.public_id}"))
    learner.post(f"{url}?parent={first.public_id}", data={**POST, "body": "Deux"})
    second = session.scalars(sa.select(Post).where(Post.parent_id == first.id)).one()
    session.commit()
    learner.post(f"{url}?parent={second.public_id}", data={**POST, "body": "Trois"})
    say(session, thread, house.learner, "Quatre", minutes=900)
    classes = [one.get("class") for one in page(learner, f"/threads/{thread.public_id}").findall(".//article")]
    assert classes == ["post", "post reply", "post reply", "post"]
    assert set(session.scalars(sa.select(Post.parent_id))) == {None, first.id}


def test_each_post_has_its_own_language_and_direction(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    say(session, thread, house.learner, "نص للتوضيح", language="ar")
    say(session, thread, house.learner, "Texte", language="zz")
    shown = page(sign_in(house.learner), f"/threads/{thread.public_id}").findall(".//article/div")
    assert [(prose.get("lang"), prose.get("dir")) for prose in shown] == [("ar", "rtl"), ("zz", "ltr")]


def test_an_edit_keeps_the_earlier_text_and_only_the_author_edits(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    post = say(session, thread, house.learner, "Avant")
    learner, url = sign_in(house.learner), f"/posts/{post.public_id}/edit"
    page(learner, url)
    change = {**POST, "body": "Après", "version": "1"}
    assert sign_in(house.trainer).get(url).status_code == 403
    assert sign_in(house.trainer).post(url, data=change).status_code == 403
    assert learner.post(url, data=change).status_code == 303
    late = learner.post(url, data={**change, "body": "Trop tard"})
    assert late.status_code == 409
    assert "Trop tard" in late.get_data(as_text=True)
    assert "Avant" in text_of(page(sign_in(house.trainer), f"/posts/{post.public_id}/history"))
    assert "Après" in text_of(page(learner, f"/threads/{thread.public_id}"))


def test_a_hidden_post_stays_with_its_author_and_the_trainers(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    post = say(session, thread, house.trainer, "Secret")
    mine = say(session, thread, house.learner, "Ma réponse", parent=post)
    trainer, url = sign_in(house.trainer), f"/posts/{post.public_id}/hiding"
    assert sign_in(house.learner).get(url).status_code == 403
    page(trainer, url)
    assert trainer.post(url, data={"reason": " "}).status_code == 422
    for reason, said in (("x" * 501, "Écrivez au plus 500 caractères."), ("\u200b", "Écrivez la raison")):
        answer = trainer.post(url, data={"reason": reason})
        assert answer.status_code == 422 and said in answer.text
    assert trainer.post(url, data={"reason": "Hors sujet"}).status_code == 303
    there = text_of(page(sign_in(house.learner), f"/threads/{thread.public_id}"))
    assert "Secret" not in there
    assert "Hors sujet" not in there
    assert "Ma réponse" in there
    for tail in ("", "/history", "/edit"):
        assert sign_in(house.learner).get(f"/posts/{post.public_id}{tail}").status_code == 404
    assert "Hors sujet" in text_of(page(trainer, f"/threads/{thread.public_id}"))
    trainer.post(f"/posts/{mine.public_id}/hiding", data={"reason": "Doublon"})
    there = text_of(page(sign_in(house.learner), f"/threads/{thread.public_id}"))
    assert "Doublon" in there
    assert sign_in(house.learner).post(f"/posts/{mine.public_id}/edit", data=POST).status_code == 409
    trainer.post(f"{url}/undo")
    assert "Secret" in text_of(page(sign_in(house.learner), f"/threads/{thread.public_id}"))


def test_trainers_open_pin_close_and_move(
    house: Any, case: Case, sign_in: Any, page: Any, session: Any, thread: Thread
) -> None:
    trainer, learner = sign_in(house.trainer), sign_in(house.learner)
    url = f"/cases/{case.public_id}/threads/new"
    assert learner.get(url).status_code == 403
    page(trainer, url)
    assert trainer.post(url, data={"title": "", "stage": ""}).status_code == 422
    for title, said in (("x" * 201, "Écrivez au plus 200 caractères."), ("\u200b", "Écrivez le titre.")):
        answer = trainer.post(url, data={"title": title, "stage": ""})
        assert answer.status_code == 422 and said in answer.text
    assert trainer.post(url, data={"title": "Bilan", "stage": "evaluation"}).status_code == 303
    assert learner.post(f"/threads/{thread.public_id}/pin", data={"on": "1"}).status_code == 403
    trainer.post(f"/threads/{thread.public_id}/pin", data={"on": "1"})
    rows = page(learner, f"/cases/{case.public_id}/discussion").findall(".//main//li[@class='row']//a")
    assert [row[0].text for row in rows if len(row)] == ["Calendrier", "Bilan"]
    filtered = page(learner, f"/cases/{case.public_id}/discussion?stage=evaluation")
    assert "Calendrier" not in text_of(filtered)
    trainer.post(f"/threads/{thread.public_id}/closing", data={"on": "1"})
    late = learner.post(f"/threads/{thread.public_id}/posts", data=POST)
    assert late.status_code == 409
    assert POST["body"] in late.get_data(as_text=True)
    assert page(learner, f"/threads/{thread.public_id}").find(".//form[@data-draft]") is None
    page(trainer, f"/threads/{thread.public_id}/move")
    trainer.post(f"/threads/{thread.public_id}/move", data={"title": "Dates", "stage": ""})
    assert "Dates" in text_of(page(learner, f"/threads/{thread.public_id}"))


def test_chatham_house_posts_are_signed_inside_the_cohort_only(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    say(session, thread, house.learner, "Franc", consent="chatham")
    say(session, thread, house.trainer, "Ouvert", consent="cohort")
    url = f"/threads/{thread.public_id}"
    inside = page(sign_in(house.trainer), url).findall(".//article")
    assert "learner" in "".join(inside[0].itertext())
    outside = ["".join(one.itertext()) for one in page(sign_in(house.admin), url).findall(".//article")]
    assert "learner" not in outside[0]
    assert "participant·e" not in outside[0]
    assert "Franc" in outside[0]
    assert "trainer" in outside[1]


def test_what_is_new_is_counted_until_it_is_read(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any, app: Any
) -> None:
    say(session, thread, house.learner, "Mien")
    say(session, thread, house.trainer, "Un secret", minutes=2, consent="unquoted")
    house.learner.roles, house.learner.is_admin = {house.cohort.id: frozenset({"learner"})}, False
    learner, url = sign_in(house.learner), f"/threads/{thread.public_id}"
    with app.test_request_context():
        (line,) = panel(session, house.learner, NOW)
    session.commit()
    assert line.count == 1
    assert "secret" not in str(line.text)
    jump = learner.get(line.url)
    assert jump.status_code == 303
    assert learner.head(url).status_code == 200  # What nobody sees is not read.
    assert len(page(learner, url).findall(".//article//span[@class='tag warn']")) == 1
    assert count(session, ReadMark) == 1
    assert len(page(learner, url).findall(".//article//span[@class='tag warn']")) == 0
    with app.test_request_context():
        assert panel(session, house.learner, NOW) == []
    session.commit()
    say(session, thread, house.trainer, "Encore", minutes=3)
    assert "1 nouveau message" in text_of(page(learner, "/cases"))


def test_a_panel_never_names_a_discussion_that_is_not_to_be_quoted(
    house: Any, thread: Thread, session: Any, app: Any
) -> None:
    say(session, thread, house.trainer)
    session.get_one(Case, thread.case_id).consent = "unquoted"
    session.commit()
    house.learner.roles, house.learner.is_admin = {house.cohort.id: frozenset({"learner"})}, False
    with app.test_request_context():
        (line,) = panel(session, house.learner, NOW)
    assert "Calendrier" not in str(line.text)


def test_two_hundred_posts_are_light_and_cost_a_constant_number_of_statements(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any, statements: list[str]
) -> None:
    learner, url = sign_in(house.learner), f"/threads/{thread.public_id}"
    first = say(session, thread, house.trainer, "Une phrase d’exemple, assez longue pour compter.")
    learner.get(url)
    statements.clear()
    learner.get(url)
    few = len(statements) + 1  # A page that splits an exchange asks for the post that opens it.
    for number in range(199):
        parent = first if number % 3 else None
        say(
            session,
            thread,
            house.trainer,
            "Une phrase d’exemple, assez longue pour compter.",
            number + 2,
            parent=parent,
        )
    for part in range(1, 5):
        learner.get(f"{url}?page={part}")
    statements.clear()
    answer = learner.get(url)
    assert len(statements) <= few
    assert len(answer.get_data()) <= 60_000
    seen = [one.get("id") for part in range(1, 5) for one in page(learner, f"{url}?page={part}").findall(".//article")]
    assert len(seen) == len(set(seen)) == 200


def test_reading_the_first_page_does_not_mark_the_later_ones(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    for number in range(60):
        say(session, thread, house.trainer, f"n{number}", minutes=number)
    learner = sign_in(house.learner)
    learner.get(f"/threads/{thread.public_id}")
    assert "10 nouveaux messages" in text_of(page(learner, "/cases"))
    assert "page=2#p-" in learner.get(f"/threads/{thread.public_id}/unread").location


def test_a_page_of_a_long_discussion_marks_what_it_shows_and_nothing_else(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    first, *_ = [say(session, thread, house.trainer, f"n{number}", minutes=number) for number in range(120)]
    learner, url = sign_in(house.learner), f"/threads/{thread.public_id}"
    for part, left in ((3, 100), (1, 50), (3, 50), (2, 0)):
        learner.get(f"{url}?page={part}")
        told = f"{left} nouveaux messages"
        assert (told in text_of(page(learner, "/cases"))) is bool(left), part
    assert "nouveau" not in text_of(page(learner, "/cases"))
    assert count(session, ReadAhead) == 0
    late = say(session, thread, house.trainer, "Après coup", minutes=500, parent=first)
    last = say(session, thread, house.trainer, "Encore", minutes=501)
    assert learner.get(f"{url}/unread").location.endswith(f"#p-{late.public_id}")
    assert len(page(learner, url).findall(".//article//span[@class='tag warn']")) == 1
    assert learner.get(f"{url}/unread").location.endswith(f"?page=3#p-{last.public_id}")
    learner.get(f"{url}?page=3")
    assert "nouveau" not in text_of(page(learner, "/cases"))
    say(session, thread, house.trainer, "Plus tard", minutes=502)
    learner.post(f"/cases/read?cohort={house.cohort.public_id}")
    assert "nouveau message" not in text_of(page(learner, "/cases"))


def test_marking_costs_the_same_for_one_post_and_for_fifty(
    house: Any, thread: Thread, sign_in: Any, session: Any, statements: list[str]
) -> None:
    learner, url, counted = sign_in(house.learner), f"/threads/{thread.public_id}", []
    for posts in (1, 49):
        for number in range(posts):
            say(session, thread, house.trainer, f"n{number}")
        statements.clear()
        learner.get(url)
        counted.append(len(statements))
    assert counted[0] == counted[1]


def test_a_name_and_a_kind_are_text_and_never_markup(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    house.trainer.name = "<b>A</b> & B"
    session.add(house.trainer)
    say(session, thread, house.trainer, "Utile")
    shown = page(sign_in(house.learner), f"/threads/{thread.public_id}")
    assert "<b>A</b> & B, " in "".join(shown.find(".//article/p[@class='person']").itertext())
    assert [one.text for one in shown.findall(".//select[@name='kind']/option")][:2] == [
        "Choisir",
        "? Question",
    ]


def test_a_former_member_leaves_the_thread_whole(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    say(session, thread, house.trainer, "Utile")
    house.trainer.erased_at = NOW
    session.add(house.trainer)
    session.commit()
    there = text_of(page(sign_in(house.learner), f"/threads/{thread.public_id}"))
    assert "Ancien·ne membre" in there
    assert "Utile" in there


@pytest.mark.shared
def test_no_payload_runs_in_a_post(house: Any, thread: Thread, sign_in: Any, session: Any, shared_data: Path) -> None:
    learner, url = sign_in(house.learner), f"/threads/{thread.public_id}"
    cases = json.loads((shared_data / "xss/expect.json").read_text("utf-8"))
    payloads = [case["payload"] for case in cases if case["payload"].strip()]
    for payload in payloads:
        assert learner.post(f"{url}/posts", data={**POST, "body": payload}).status_code == 303
    for text in session.scalars(sa.select(PostText)):
        assert faults(text.html) == []
    assert session.scalar(sa.select(sa.func.count(PostText.id))) == len(payloads)
    session.commit()
    for part in (1, 2, 3):
        html = learner.get(f"{url}?page={part}").get_data(as_text=True)
        assert not re.search(r"<(?!/?(?:html|head|meta|title|link|body))[^>]*\son\w+=", html)
        assert html.count("<script") == html.count('<script type="module" nonce=')


@pytest.mark.shared
def test_naughty_strings_come_back_byte_equal(
    house: Any, thread: Thread, sign_in: Any, session: Any, shared_data: Path
) -> None:
    learner, url = sign_in(house.learner), f"/threads/{thread.public_id}/posts"
    kept = []
    for text in json.loads((shared_data / "text/blns.json").read_text("utf-8")):
        refused = says_nothing(text) or "\x00" in text
        assert learner.post(url, data={**POST, "body": text}).status_code == (422 if refused else 303)
        if not refused:
            kept.append(text.replace("\r\n", "\n").replace("\r", "\n"))
    assert list(session.scalars(sa.select(PostText.body).order_by(PostText.id))) == kept
