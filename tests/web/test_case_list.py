"""The list of cases: found by title, a page at a time, what is new in it, and what was taken back from its reader."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from modules.cases import actions
from modules.cases.models import Case, ReadAhead, Thread
from modules.cases.queries.threads import unread_threads
from modules.models import Completion, Revocation
from tests.web.test_own_posts import say, text_of

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def thread(session: Any, house: Any) -> Thread:
    """A discussion of the learner's cohort."""
    case = actions.create_case(session, house.cycle.id, country="ML", title="Mali", by=house.admin, now=NOW)
    made = actions.open_thread(session, case, house.cohort.id, title="Dates", stage=None, by=house.trainer, now=NOW)
    session.commit()
    return made


def titles(tree: Any) -> list[str]:
    return [one.text for one in tree.findall(".//main//li[@class='row']//span[@class='h']//bdi")]


def test_cases_are_found_by_title_a_page_at_a_time(house: Any, sign_in: Any, page: Any, session: Any) -> None:
    for number in range(25):
        actions.create_case(session, house.cycle.id, country="BJ", title=f"Évaluation {number}", by=None, now=NOW)
    closed = actions.create_case(session, house.cycle.id, country="ML", title="Secret", by=None, now=NOW)
    closed.consent, closed.cohort_id = "chatham", house.other_cohort.id
    session.commit()
    learner = sign_in(house.learner)
    first = page(learner, "/cases")
    assert titles(first) == [f"Évaluation {number}" for number in range(20)]
    assert "page=2" in first.find(".//nav[@class='pages']//a[@rel='next']").get("href")
    assert len(titles(page(learner, "/cases?page=2"))) == len(titles(page(learner, "/cases?page=99"))) == 6
    found = page(learner, "/cases?q=EVALUATION%201")
    assert titles(found) == ["Évaluation 1", *(f"Évaluation {number}" for number in range(10, 20))]
    assert "11 cas" in text_of(found)
    nothing = page(learner, "/cases?q=Secret")
    assert titles(nothing) == []
    assert "Aucun cas ne porte ce titre." in text_of(nothing)
    assert titles(page(sign_in(house.admin), "/cases?q=Secret")) == ["Secret"]


def test_all_posts_are_marked_as_read_for_one_reader(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    say(session, thread, house.trainer, "Un")
    say(session, thread, house.admin, "Deux")
    learner, trainer = sign_in(house.learner), sign_in(house.trainer)
    assert "2 nouveaux messages" in text_of(page(learner, "/cases"))
    assert sign_in(house.other_learner).post("/cases/read").status_code == 404
    assert learner.post(f"/cases/read?cohort={house.other_cohort.public_id}").status_code == 404
    assert learner.post("/cases/read").status_code == 303
    shown = page(learner, "/cases")
    assert "nouveau" not in text_of(shown)
    assert shown.find(".//main//form[@method='post']") is None
    assert "1 nouveau message" in text_of(page(trainer, "/cases"))
    say(session, thread, house.trainer, "Trois")
    assert "1 nouveau message" in text_of(page(learner, "/cases"))


def test_many_threads_are_marked_as_read_in_as_many_statements_as_two(
    house: Any, thread: Thread, session: Any, statements: Any
) -> None:
    case = session.get_one(Case, thread.case_id)

    def unread() -> list[Any]:
        return list(unread_threads(session, house.learner.id, house.cohort.id, house.cycle.id))

    def marked(count: int) -> int:
        for number in range(count):
            made = actions.open_thread(session, case, house.cohort.id, title=f"n{number}", stage=None, by=None, now=NOW)
            say(session, made, house.trainer, "Un")
            seen = say(session, made, house.trainer, "Deux")
            actions.mark_read(session, house.learner.id, made.id, [seen.id])
        session.commit()
        assert len(unread()) == count and session.scalars(sa.select(ReadAhead)).all()
        said = statements(lambda: actions.mark_all_read(session, house.learner.id, house.cohort.id, house.cycle.id))
        session.commit()
        assert unread() == [] and session.scalars(sa.select(ReadAhead)).all() == []
        return int(said)

    assert marked(2) == marked(20) <= 6


def test_a_link_to_a_post_opens_the_page_on_which_it_stands(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    posts = [say(session, thread, house.trainer, f"n{number}") for number in range(160)]
    learner = sign_in(house.learner)
    there = learner.get(f"/posts/{posts[155].public_id}").location
    assert there == f"/threads/{thread.public_id}?page=4#p-{posts[155].public_id}"
    assert page(learner, there).find(f".//article[@id='p-{posts[155].public_id}']") is not None


def test_a_new_case_begins_without_a_country(house: Any, sign_in: Any, page: Any) -> None:
    trainer = sign_in(house.trainer)
    offered = page(trainer, "/cases/new").find(".//select[@name='country']")
    assert (offered[0].get("value"), offered[0].text) == ("", "Choisissez un pays")
    facts = {"country": "", "title": "Bénin", "consent": "cohort", "language": "fr"}
    refused = trainer.post("/cases/new", data=facts)
    assert refused.status_code == 422
    assert "Choisissez un pays dans la liste." in refused.get_data(as_text=True)
    assert trainer.post("/cases/new", data={**facts, "title": "\u200b\ufeff", "country": "BJ"}).status_code == 422


def test_a_reader_is_told_what_was_taken_back_from_him(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    now = datetime.now(UTC)
    for kind, why in (("cases", "Écrit par un autre"), ("page", "Non lue")):
        done = Completion(
            person_id=house.learner.id, step_id=house.steps[kind].id, rule_version_id=house.rules.id, at=now,
            source="cases",
        )  # fmt: skip
        session.add(done)
        session.flush()
        session.add(Revocation(completion_id=done.id, at=now - timedelta(days=60), by_id=house.trainer.id, why=why))
    session.commit()
    told = text_of(page(sign_in(house.learner), "/cases"))
    assert "Écrit par un autre" in told
    assert "Non lue" not in told
    assert "Écrit par un autre" not in text_of(page(sign_in(house.trainer), "/cases"))


def test_the_title_of_a_case_says_its_language_where_the_page_speaks_another(
    house: Any, sign_in: Any, page: Any, session: Any
) -> None:
    title = "Eau & « assainissement » <b>"
    case = actions.create_case(session, house.cycle.id, country="CM", title=title, by=house.admin, now=NOW)
    thread = actions.open_thread(
        session, case, house.cohort.id, title="<i>Dates", stage=None, by=house.trainer, now=NOW
    )
    learner = sign_in(house.learner)
    shown_in: dict[str, list[Any]] = {}
    for lang in ("en", "fr"):
        say(session, thread, house.trainer, "Du nouveau")
        assert learner.get(f"/?lang={lang}").status_code == 303
        for url in ("", "cases", f"cases/{case.public_id}", f"cases/{case.public_id}/discussion",
                    f"modules/{house.module.public_id}", f"threads/{thread.public_id}"):  # fmt: skip
            shown_in.setdefault(url, []).append(page(learner, f"/{url}").find(".//main"))
    for url, shown in shown_in.items():
        marked = [[one.text for one in tree.findall(".//*[@lang='fr']")].count(title) for tree in shown]
        assert marked[0] and not marked[1], url
        assert all(title in "".join(tree.itertext()) for tree in shown), url
