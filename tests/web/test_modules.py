"""Module list, module page and the pages of pages, files and days."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from modules.actions import complete
from modules.models import Assignment, Completion, Cycle, CycleTitle, Module, ModuleTitle, Step, StepTitle


def text(node):
    return " ".join("".join(node.itertext()).split())


@pytest.mark.parametrize("role", ["learner", "trainer", "admin"])
def test_who_has_the_module_sees_its_steps(house, sign_in, page, role):
    html = page(sign_in(getattr(house, role)), f"/modules/{house.module.public_id}")
    assert "Étape quiz" in text(html)


@pytest.mark.parametrize("role", ["other_learner", "other_trainer"])
@pytest.mark.parametrize("kind", ["module", "step"])
def test_others_find_nothing(house, sign_in, role, kind):
    url = f"/modules/{house.module.public_id}" if kind == "module" else f"/steps/{house.steps['page'].public_id}"
    client = sign_in(getattr(house, role))
    assert client.get(url).status_code == client.get(url[:-3] + "bcd").status_code == 404


@pytest.mark.parametrize("role", ["learner", "other_learner", "trainer", "admin"])
def test_everybody_has_a_list_of_modules(house, sign_in, page, role):
    html = page(sign_in(getattr(house, role)), "/modules")
    assert ("Module introductif" in text(html)) is (role != "other_learner")


@pytest.mark.parametrize("kind", ["page", "file", "in_person", "recording"])
def test_each_kind_of_step_has_a_page(house, sign_in, page, kind):
    assert f"Étape {kind}" in text(page(sign_in(house.learner), f"/steps/{house.steps[kind].public_id}"))


@pytest.mark.parametrize("kind", ["quiz", "cases"])
def test_kinds_of_other_rooms_open_there(house, sign_in, kind):
    assert sign_in(house.learner).get(f"/steps/{house.steps[kind].public_id}").status_code == 303


def test_the_last_step_says_so_and_no_other(house, sign_in, session, page):
    for step in house.steps.values():
        complete(session, step, house.learner, now=datetime.now(UTC), source="trainer", by=house.trainer)
    session.commit()
    learner, told = sign_in(house.learner), {}
    for kind in ("page", "file"):
        told[kind] = "".join(page(learner, f"/steps/{house.steps[kind].public_id}").itertext())
    assert "la dernière étape de ce module" in told["file"] and "il ne reste rien à faire" in told["page"]
    assert "la dernière étape" not in told["page"]


def test_i_have_read_this_finishes_a_page_and_leads_on(house, sign_in, session):
    url = f"/steps/{house.steps['page'].public_id}/completion"
    answer = sign_in(house.learner).post(url)
    assert answer.status_code == 303 and "/steps/" in answer.location
    assert [c.source for c in session.scalars(sa.select(Completion))] == ["page"]
    session.commit()
    assert sign_in(house.other_learner).post(url).status_code == 404


@pytest.mark.parametrize("kind", ["recording", "quiz", "in_person", "cases"])
def test_only_pages_and_files_are_finished_by_a_button(house, sign_in, kind):
    assert sign_in(house.learner).post(f"/steps/{house.steps[kind].public_id}/completion").status_code == 404


def test_a_module_that_is_not_open_yet_shows_when_and_leads_nowhere(house, sign_in, page, session):
    session.execute(sa.text("UPDATE assignment SET opens_at = '2999-01-01 00:00:00'"))
    session.commit()
    html = page(sign_in(house.learner), f"/modules/{house.module.public_id}")
    assert "2999" in text(html)
    assert not [a for a in html.iter("a") if "/steps/" in (a.get("href") or "")]
    assert sign_in(house.learner).get(f"/steps/{house.steps['page'].public_id}").status_code == 404


@pytest.mark.parametrize("url", ["/", "/modules", "/modules/{}"])
def test_more_steps_cost_no_more_statements(house, sign_in, session, statements, url):
    client = sign_in(house.learner)
    address = url.format(house.module.public_id)
    client.get(address)
    before = statements(lambda: client.get(address))
    for position in range(20):
        step = Step(module_id=house.module.id, position=10 + position, kind="page", created_at=house.module.created_at)
        session.add(step)
        session.flush()
        session.add(StepTitle(step_id=step.id, lang="fr", title=f"Page {position}"))
    session.commit()
    assert statements(lambda: client.get(address)) == before
    assert before <= 12


def test_the_module_page_is_light(house, sign_in):
    answer = sign_in(house.learner).get(f"/modules/{house.module.public_id}", headers={"Accept-Encoding": "br"})
    assert len(answer.data) < 10_000


def unsaid(html, wanted):
    """The places of a page where words of these stand in the language of the page."""
    body = html.find("body")
    parents = {child: node for node in body.iter() for child in node}

    def lang(node):
        return node.get("lang") if node is None or node.get("lang") else lang(parents[node]) if node in parents else ""

    said = [(node, node.text) for node in body.iter()] + [(parents[node], node.tail) for node in parents]
    return [words for node, words in said if words and any(one in words for one in wanted) and lang(node) != "fr"]


def test_what_is_french_on_an_english_page_says_so_and_what_is_english_does_not(house, session, sign_in, page):
    session.add(StepTitle(step_id=house.steps["page"].id, lang="en", title="What to read"))
    session.commit()
    learner, admin = sign_in(house.learner), sign_in(house.admin)
    for client in (learner, admin):
        client.get("/help?lang=en")
    french = ("Module introductif", "Cycle hybride", "Étape ")
    quiz, module = house.steps["quiz"].public_id, house.module.public_id
    places = ("/", "/modules", f"/modules/{module}", f"/steps/{house.steps['recording'].public_id}", f"/quizzes/{quiz}")
    for url in places:
        html = page(learner, url)
        assert any(word in text(html) for word in french) and unsaid(html, french) == [], url
    assert unsaid(page(admin, f"/cohorts/{house.cohort.public_id}/modules/{module}"), french) == []
    (read,) = (node for node in page(learner, f"/modules/{module}").iter("a") if text(node) == "What to read")
    assert not [node for node in read.iter() if node.get("lang")]
    for title in page(learner, f"/modules/{module}").iter("title"):
        assert "<" not in title.text
    learner.get("/help?lang=fr")
    assert unsaid(page(learner, "/modules"), french)
    assert not [
        node for node in page(learner, "/modules").iter("span") if node.get("lang") == "fr" and text(node) in french
    ]


def test_the_title_page_says_in_which_language_its_contents_are(house, client, page):
    client.get("/help?lang=en")
    html = page(client, "/sign-in")
    assert "Cycle hybride" in text(html) and unsaid(html, ("Module introductif", "Cycle hybride")) == []


@pytest.fixture
def prepared(house, session):
    """A newer cycle with a module that no cohort has yet."""
    now = datetime.now(UTC)
    cycle = Cycle(created_at=now)
    session.add(cycle)
    session.flush()
    session.add(CycleTitle(cycle_id=cycle.id, lang="fr", title="Cycle suivant"))
    module = Module(cycle_id=cycle.id, position=1, number="1", created_at=now)
    session.add(module)
    session.flush()
    session.add(ModuleTitle(module_id=module.id, lang="fr", title="Module en préparation"))
    session.commit()
    return module


def test_a_cycle_in_preparation_waits_until_a_cohort_follows_it(house, session, client, page, prepared):
    def shown():
        said = text(page(client, "/sign-in"))
        return [title for title in ("Module introductif", "Module en préparation") if title in said]

    assert shown() == ["Module introductif"]
    rules = house.rules.id  # Which one does not matter here.
    given = Assignment(
        cohort_id=house.other_cohort.id, module_id=prepared.id, rule_version_id=rules, at=datetime.now(UTC)
    )
    session.add(given)
    session.commit()
    assert shown() == ["Module en préparation"], "the newest of two that are followed"
    house.other_cohort.archived_at = datetime.now(UTC)
    session.commit()
    assert shown() == ["Module introductif"], "nobody follows it any more"
    house.cohort.archived_at = datetime.now(UTC)
    session.commit()
    assert shown() == ["Module en préparation"], "nobody follows any: the newest"
    house.cohort.archived_at, house.module.archived_at = None, datetime.now(UTC)
    session.commit()
    assert shown() == ["Module en préparation"], "what is followed is archived"
