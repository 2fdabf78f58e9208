"""Cases and discussions that are put away: in whose sight they stay, what counts them no more, how they come back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from modules.cases import actions
from modules.cases.kinds import for_visitors, panel, silence
from modules.cases.models import Case, Thread
from modules.models import Assignment
from tests.web.test_own_posts import POST, article, links, say

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def case(session: Any, house: Any) -> Case:
    """A public case of the first cohort; the other one follows the module too."""
    session.add(
        Assignment(cohort_id=house.other_cohort.id, module_id=house.module.id, rule_version_id=house.rules.id, at=NOW)
    )
    made = actions.create_case(
        session, house.cycle.id, country="ML", title="Le cas de Kayes", by=house.trainer, now=NOW, consent="public",
        cohort_id=house.cohort.id,
    )  # fmt: skip
    session.commit()
    return made


@pytest.fixture
def thread(session: Any, house: Any, case: Case) -> Thread:
    """Its discussion in the first cohort."""
    made = actions.open_thread(session, case, house.cohort.id, title="Calendrier", stage=None, by=None, now=NOW)
    session.commit()
    return made


def lines(app: Any, session: Any, ask: Any, person: Any, house: Any, role: str) -> list[str]:
    person.roles, person.is_admin = {house.cohort.id: frozenset({role})}, False
    with app.test_request_context():
        found = [str(line.text) for line in ask(session, person, datetime.now(UTC))]
    session.rollback()
    return found


def test_an_archived_case_is_gone_for_all_but_who_leads_its_cohort_and_comes_back_as_it_was(
    house: Any, case: Case, thread: Thread, sign_in: Any, page: Any, session: Any, app: Any
) -> None:
    post = say(session, thread, house.trainer, "Utile")
    url, trainer = f"/cases/{case.public_id}", sign_in(house.trainer)
    places = (
        "/cases", url, f"{url}/discussion", f"/threads/{thread.public_id}", f"/posts/{post.public_id}/history",
        "/api/v1/cases", f"/api/v1{url}", f"/api/v1/threads/{thread.public_id}/posts",
        f"/api/v1/posts/{post.public_id}",
    )  # fmt: skip
    for person in (house.learner, house.other_trainer):
        assert sign_in(person).get(f"{url}/archive").status_code == 403
        assert sign_in(person).post(f"{url}/archive", data={"on": "1"}).status_code == 403
    assert "Une cohorte discute ce cas" in trainer.get(f"{url}/archive").text
    assert trainer.post(f"{url}/archive", data={"on": "1"}).status_code == 303
    for person in (house.learner, house.other_trainer):
        for place in places:
            answer = sign_in(person).get(place)
            assert answer.status_code == (200 if place.endswith("/cases") else 404), place
            assert "Kayes" not in answer.text
    assert "Kayes" not in sign_in(house.learner).get(f"/modules/{house.module.public_id}").text
    assert lines(app, session, panel, house.learner, house, "learner") == []
    assert len(lines(app, session, silence, house.trainer, house, "trainer")) == 1
    with app.test_request_context():
        assert for_visitors(session, house.cycle.id) == ""
    session.rollback()
    assert "Kayes" not in trainer.get("/cases").text.split("<main")[1].split("Archivés")[0]
    assert "Kayes" in page(trainer, "/cases?archived=1").find(".//main//li[@class='row']//bdi").text
    assert "Kayes" not in sign_in(house.other_trainer).get("/cases?archived=1").text
    assert "Rétablir" in trainer.get(url).text
    page(trainer, url)
    page(trainer, places[3])
    assert trainer.get(f"{url}/facts").status_code == 403
    assert trainer.get(f"{url}/threads/new").status_code == 403
    assert trainer.post(f"{url}/archive", data={"on": "0"}).status_code == 303
    for place in places[:5]:
        assert sign_in(house.learner).get(place).status_code == 200
    assert "Kayes" in sign_in(house.other_learner).get("/cases").text
    session.refresh(case)
    assert (case.archived_at, case.archived_by_id) == (None, None)


def test_an_archived_discussion_stays_with_the_trainers_of_its_cohort_and_takes_no_posts(
    house: Any, case: Case, thread: Thread, sign_in: Any, page: Any, session: Any, app: Any
) -> None:
    post = say(session, thread, house.trainer, "Utile")
    url, there, trainer = f"/threads/{thread.public_id}", f"/cases/{case.public_id}/discussion", sign_in(house.trainer)
    own = f"/posts/{post.public_id}"
    assert "1 nouveau message" in sign_in(house.learner).get("/cases").text
    assert sign_in(house.learner).post(f"{url}/archive", data={"on": "1"}).status_code == 403
    assert sign_in(house.other_trainer).post(f"{url}/archive", data={"on": "1"}).status_code == 404
    assert trainer.post(f"{url}/archive", data={"on": "1"}).status_code == 303
    learner = sign_in(house.learner)
    for place in (url, f"{url}/posts", f"{own}/history", f"/api/v1{url}/posts"):
        assert learner.get(place).status_code == 404, place
    assert learner.post(f"{url}/posts", data=POST).status_code == 404
    for place in (there, f"{there}?archived=1", f"/api/v1/cases/{case.public_id}/threads", "/cases"):
        shown = learner.get(place).text
        assert "Calendrier" not in shown, place
        assert "1 nouveau message" not in shown, place
    assert lines(app, session, panel, house.learner, house, "learner") == []
    assert len(lines(app, session, silence, house.trainer, house, "trainer")) == 1
    assert page(trainer, there).find(".//main//li[@class='row']") is None
    assert "Calendrier" in page(trainer, f"{there}?archived=1").find(".//main//li[@class='row']//bdi").text
    shown = page(trainer, url)
    assert shown.find(".//form[@data-draft]") is None
    assert links(article(shown, post)) == ["withdrawal", "hiding"]
    session.rollback()
    assert trainer.post(f"{url}/posts", data=POST).status_code == 409
    changed = trainer.post(f"{own}/edit", data={**POST, "body": "Autre", "version": "1"})
    assert changed.status_code == 409
    assert trainer.post(f"{url}/archive", data={"on": "0"}).status_code == 303
    assert "Utile" in learner.get(url).text
    assert learner.post(f"{url}/posts", data=POST).status_code == 303


def test_what_is_archived_is_neither_read_nor_counted_nor_answered(
    house: Any, case: Case, thread: Thread, sign_in: Any, session: Any
) -> None:
    bare = actions.create_case(session, house.cycle.id, country="ML", title="Mali", by=None, now=NOW)
    beside, of_bare = (
        actions.open_thread(session, of, house.cohort.id, title="Fil", stage=stage, by=None, now=NOW)
        for of, stage in ((case, "evaluation"), (bare, None))
    )
    for one in (thread, beside, of_bare):
        say(session, one, house.trainer, "Utile")
    threads = [f"/threads/{one.public_id}" for one in (thread, beside, of_bare)]
    url, other = f"/cases/{case.public_id}", f"/cases/{bare.public_id}"
    trainer, admin, learner = sign_in(house.trainer), sign_in(house.admin), sign_in(house.learner)
    assert "stage=evaluation" in trainer.get(f"{url}/discussion").text
    for path in (f"{threads[0]}/archive", f"{threads[1]}/archive"):
        trainer.post(path, data={"on": "1"})
    assert "stage=evaluation" not in trainer.get(f"{url}/discussion").text
    assert "Aucune cohorte ne discute" in trainer.get(f"{url}/archive").text
    assert admin.post(f"{other}/archive", data={"on": "1"}).status_code == 303
    assert admin.post(f"{threads[2]}/posts", data=POST).status_code == 409
    assert learner.post("/cases/read").status_code == 303
    trainer.post(f"{threads[0]}/archive", data={"on": "0"})
    admin.post(f"{other}/archive", data={"on": "0"})
    assert learner.get("/cases").text.count("1 nouveau message") == 2
