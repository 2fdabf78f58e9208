"""The pages of cases: who sees them, what they show, who tells them."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.people.models import Membership
from modules.cases import actions
from modules.cases.kinds import panel
from modules.cases.models import Case, CaseText
from modules.models import Assignment

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
TEXTS = {"done": "La commune **réunit** les services.", "difficulties": "", "lessons": "", "successes": ""}


@pytest.fixture
def case(session: Any, house: Any) -> Case:
    """An empty template of the house's cycle."""
    made = actions.create_case(session, house.cycle.id, country="ML", title="Mali", by=house.admin, now=NOW)
    session.commit()
    return made


@pytest.fixture
def both(session: Any, house: Any) -> None:
    """The other cohort follows the same module."""
    session.add(
        Assignment(cohort_id=house.other_cohort.id, module_id=house.module.id, rule_version_id=house.rules.id, at=NOW)
    )
    session.commit()


def text_of(tree: Any) -> str:
    return " ".join("".join(tree.find(".//main").itertext()).split())


def test_cases_open_to_the_cohorts_that_have_the_step(house: Any, case: Case, sign_in: Any, page: Any) -> None:
    url = f"/cases/{case.public_id}"
    for person in (house.learner, house.trainer, house.admin):
        assert "Mali" in text_of(page(sign_in(person), "/cases"))
        assert "À remplir" in text_of(page(sign_in(person), url))
    for person in (house.other_learner, house.other_trainer):
        assert "Mali" not in text_of(page(sign_in(person), "/cases"))
        assert sign_in(person).get(url).status_code == 404
        assert sign_in(person).get(f"{url}/discussion").status_code == 404


def test_a_template_is_marked_until_somebody_fills_it(
    house: Any, case: Case, sign_in: Any, page: Any, session: Any
) -> None:
    trainer = sign_in(house.trainer)
    assert "modèle vide" in text_of(page(trainer, "/cases"))
    page(trainer, f"/cases/{case.public_id}/stages/conception")
    answer = trainer.post(f"/cases/{case.public_id}/stages/conception", data={**TEXTS, "language": "fr"})
    assert answer.status_code == 303
    assert "modèle vide" not in text_of(page(trainer, "/cases"))
    shown = page(sign_in(house.learner), f"/cases/{case.public_id}")
    assert shown.find(".//section[@id='conception']//strong").text == "réunit"
    session.refresh(case)
    assert case.template_at is None
    assert case.cohort_id == house.cohort.id


def test_each_text_keeps_its_versions(house: Any, case: Case, sign_in: Any, page: Any, session: Any) -> None:
    trainer = sign_in(house.trainer)
    url = f"/cases/{case.public_id}/stages/conception"
    for body in ("Un", "Un", "Deux", ""):
        trainer.post(url, data={**TEXTS, "done": body, "language": "fr"})
    bodies = session.scalars(sa.select(CaseText.body).order_by(CaseText.id)).all()
    assert bodies == ["Un", "Deux", ""]
    assert "Un" in text_of(page(trainer, f"/cases/{case.public_id}/versions/conception"))
    assert "À remplir" in text_of(page(trainer, f"/cases/{case.public_id}"))


def test_only_presenters_trainers_and_administrators_tell_a_case(
    house: Any, case: Case, sign_in: Any, session: Any
) -> None:
    url = f"/cases/{case.public_id}/stages/conception"
    assert sign_in(house.learner).get(url).status_code == 403
    assert sign_in(house.learner).post(url, data=TEXTS).status_code == 403
    session.add(Membership(person_id=house.learner.id, cohort_id=house.cohort.id, role="presenter", since=NOW))
    session.commit()
    assert sign_in(house.learner).get(url).status_code == 200
    assert sign_in(house.admin).get(url).status_code == 200


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("consent", "open_elsewhere"), [("public", True), ("chatham", True), ("cohort", False), ("unquoted", False)]
)
def test_the_texts_of_a_case_stay_where_its_consent_says(
    house: Any, case: Case, sign_in: Any, page: Any, session: Any, consent: str, open_elsewhere: bool
) -> None:
    case.consent = consent
    actions.tell_stage(
        session, case, "conception", {"done": "Secret"}, lang="fr", by=house.trainer, now=NOW,
        cohort_id=house.cohort.id,
    )  # fmt: skip
    session.commit()
    url = f"/cases/{case.public_id}"
    assert "Secret" in text_of(page(sign_in(house.learner), url))
    assert ("Secret" in text_of(page(sign_in(house.other_learner), url))) is open_elsewhere
    assert sign_in(house.other_trainer).get(f"{url}/stages/conception").status_code == 403


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("consent", "named"), [("public", True), ("chatham", False), ("cohort", False), ("unquoted", False)]
)
def test_whose_a_case_is_stays_in_its_cohort_unless_it_is_public(
    house: Any, case: Case, sign_in: Any, page: Any, session: Any, app: Any, consent: str, named: bool
) -> None:
    facts = {"territory": "Une commune du Mali", "partners": "Une région", "convention": "Accord type", "means": "Peu"}
    actions.tell_facts(
        session, case, country="ML", title="Cas du Mali", facts=facts, consent=consent, lang="fr", by=house.trainer,
        now=NOW, cohort_id=house.cohort.id,
    )  # fmt: skip
    thread = actions.open_thread(
        session, case, house.other_cohort.id, title="Fil", stage=None, by=house.other_trainer, now=NOW
    )
    draft = actions.Draft("question", "Qui a décidé ?", "fr")
    actions.write(session, thread, case, draft, author=house.other_trainer, now=NOW)
    session.commit()
    urls = ("/cases", f"/cases/{case.public_id}", f"/cases/{case.public_id}/discussion", f"/threads/{thread.public_id}",
            f"/threads/{thread.public_id}/posts", f"/api/v1/cases/{case.public_id}", "/api/v1/cases")  # fmt: skip
    outside, inside = sign_in(house.other_learner), sign_in(house.learner)
    house.other_learner.roles, house.other_learner.is_admin = {house.other_cohort.id: frozenset({"learner"})}, False
    with app.test_request_context():
        (line,) = panel(session, house.other_learner, NOW)
    session.commit()
    assert ("Mali" in str(line.text)) is named
    for url in urls:
        assert ("Mali" in outside.get(url).get_data(as_text=True)) is named, url
    for url in (urls[0], urls[1]):
        assert "Cas du Mali" in inside.get(url).get_data(as_text=True)
    shown = outside.get(urls[1]).get_data(as_text=True)
    assert ("Accord type" in shown and "Peu" in shown) is (consent in ("public", "chatham"))
    assert ("règle de Chatham House" in shown) is (consent == "chatham")
    assert ("d’une autre cohorte" in shown) is (consent in ("cohort", "unquoted"))
    assert ("Une région" in shown) is (consent == "public")
    assert (case.public_id in outside.get("/cases?country=ML").get_data(as_text=True)) is named


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(("consent", "named"), [("public", True), ("chatham", False), ("cohort", False)])
def test_a_case_that_has_only_a_title_is_guarded_too(house: Any, sign_in: Any, consent: str, named: bool) -> None:
    facts = {"country": "BJ", "title": "Le cas de Djougou", "consent": consent, "language": "fr"}
    made = sign_in(house.trainer).post("/cases/new", data=facts)
    assert made.status_code == 303
    for url in ("/cases", made.location.partition("?")[0]):
        assert "Djougou" in sign_in(house.learner).get(url).get_data(as_text=True), url
        assert ("Djougou" in sign_in(house.other_learner).get(url).get_data(as_text=True)) is named, url


def test_trainers_add_cases_and_learners_do_not(house: Any, sign_in: Any, page: Any, session: Any) -> None:
    assert sign_in(house.learner).get("/cases/new").status_code == 403
    trainer = sign_in(house.trainer)
    page(trainer, "/cases/new")
    facts = {"country": "BJ", "title": "Bénin", "consent": "cohort", "language": "fr"}
    refused = trainer.post("/cases/new", data={**facts, "title": " ", "territory": "Gardé"})
    assert refused.status_code == 422
    assert "Gardé" in refused.get_data(as_text=True)
    wrong = {"title": "x" * 201, "country": "", "territory": "x" * 2001, "means": "a\0", "partners": "Une région"}
    told = trainer.post("/cases/new", data={**facts, **wrong})
    assert told.status_code == 422 and "Une région" in told.text
    for field in ("title", "country", "territory", "means"):
        assert f'id="{field}-error"' in told.text, f"{field} is told with the others"
    made = trainer.post("/cases/new", data={**facts, "territory": "Une commune"})
    assert made.status_code == 303
    case = session.scalars(sa.select(Case)).one()
    session.commit()
    assert case.template_at is None
    assert "Une commune" in text_of(page(trainer, made.location))
    page(trainer, f"/cases/{case.public_id}/facts")
    assert trainer.post(f"/cases/{case.public_id}/facts", data={**facts, "territory": "Deux"}).status_code == 303
    earlier = text_of(page(trainer, f"/cases/{case.public_id}/versions/case"))
    assert "Une commune" in earlier
    assert "Titre et partage" in earlier


def test_the_list_is_filtered_by_country(house: Any, case: Case, sign_in: Any, page: Any, session: Any) -> None:
    actions.create_case(session, house.cycle.id, country="BJ", title="Bénin", by=None, now=NOW)
    session.commit()
    learner = sign_in(house.learner)
    rows = page(learner, "/cases?country=BJ").findall(".//main//li[@class='row']")
    assert len(rows) == 1
    assert len(page(learner, "/cases?country=zz").findall(".//main//li[@class='row']")) == 0


def test_a_country_is_named_in_the_language_of_the_reader_and_a_title_as_it_was_typed(
    house: Any, case: Case, sign_in: Any, page: Any, session: Any
) -> None:
    for country, title in (("MA", "Maroc"), ("CM", "Une école du Cameroun")):
        actions.create_case(session, house.cycle.id, country=country, title=title, by=None, now=NOW)
    session.commit()
    learner, seen = sign_in(house.learner), {}
    for language in ("fr", "en"):
        house.learner.language = language
        session.add(house.learner)
        session.commit()
        shown = page(learner, "/cases")
        facts = [row.find(".//ul[@class='facts']/li") for row in shown.findall(".//main//li[@class='row']")]
        named = [" ".join("".join(fact.itertext()).split()) for fact in facts]
        chosen = [a.text for a in shown.findall(".//nav[@class='filters']//a")]
        seen[language] = ([fact for fact in named if fact.startswith(("Pays", "Country"))], chosen[1:])
        assert "Une école du Cameroun" in text_of(shown)
    assert seen["fr"] == (["Pays Cameroun"], ["Cameroun", "Mali", "Maroc"])
    assert seen["en"] == (["Country Morocco", "Country Cameroon"], ["Cameroon", "Mali", "Morocco"])


def test_a_cycle_is_chosen_by_its_public_id_together_with_the_cohort(
    house: Any, case: Case, sign_in: Any, page: Any, session: Any
) -> None:
    session.add(
        Assignment(cohort_id=house.other_cohort.id, module_id=house.module.id, rule_version_id=house.rules.id, at=NOW)
    )
    session.commit()
    admin, cycle = sign_in(house.admin), house.cycle.public_id
    for cohort in (house.cohort, house.other_cohort):
        shown = page(admin, f"/cases?cohort={cohort.public_id}&cycle={cycle}")
        assert shown.find(".//nav[@class='filters']//a[@aria-current]").text == cohort.name
        assert f"cycle={house.cycle.id}&" not in "".join(a.get("href") + "&" for a in shown.iter("a"))
    for wrong in (house.cycle.id, "222222222222", "9" * 30):
        assert admin.get(f"/cases?cycle={wrong}").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 20, "9" * 5000])
def test_a_page_that_no_list_has_is_the_nearest_one(
    house: Any, case: Case, sign_in: Any, page: Any, number: str
) -> None:
    for url in (f"/cases/{case.public_id}/discussion", "/people", f"/cohorts/{house.cohort.public_id}/people"):
        page(sign_in(house.admin), f"{url}?page={number}")


def test_a_case_step_opens_the_cases_of_its_cycle(house: Any, case: Case, sign_in: Any) -> None:
    url = f"/cases/of/{house.steps['cases'].public_id}"
    assert sign_in(house.learner).get(url).location == (
        f"/cases?cohort={house.cohort.public_id}&cycle={house.cycle.public_id}"
    )
    assert sign_in(house.other_learner).get(url).status_code == 404


def test_a_case_step_says_which_cases_what_completes_it_and_whether_it_is_done(
    house: Any, case: Case, sign_in: Any, page: Any, session: Any
) -> None:
    thread = actions.open_thread(session, case, house.cohort.id, title="Fil", stage=None, by=house.trainer, now=NOW)
    house.rules.terms = {house.steps["cases"].public_id: {"posts": 2}}
    session.add(house.rules)
    session.commit()
    learner, module, step = sign_in(house.learner), f"/modules/{house.module.public_id}", house.steps["cases"].public_id
    there = learner.get(f"/cases/of/{step}").location
    said = "1 cas : Mali. Achevée par 2 contributions aux discussions."
    assert said in text_of(page(learner, module))
    assert "2 contributions aux discussions. pas encore achevée" in text_of(page(learner, there))
    for written in ("1 déjà écrite", "fait le"):
        draft = actions.Draft("question", "Qui ?", "fr")
        actions.write(session, thread, case, draft, author=house.learner, now=NOW)
        session.commit()
        assert written in text_of(page(learner, there))
    assert "pas encore achevée" not in text_of(page(learner, there))
    assert "pas encore achevée" not in text_of(page(sign_in(house.trainer), there))
    case.consent, case.cohort_id = "chatham", house.other_cohort.id
    session.commit()
    assert "Mali" not in text_of(page(learner, module))


def test_a_wrong_stage_or_cohort_is_not_there(house: Any, case: Case, sign_in: Any) -> None:
    trainer = sign_in(house.trainer)
    assert trainer.get(f"/cases/{case.public_id}/stages/nothing").status_code == 404
    assert trainer.get(f"/cases/{case.public_id}?cohort={house.other_cohort.public_id}").status_code == 404
    assert trainer.get("/cases/zzzzzzzzzzzz").status_code == 404


def test_visitors_read_how_many_practical_cases_the_cycle_has_and_nothing_of_them(
    session: Any, house: Any, case: Case, client: Any, page: Any
) -> None:
    for count, words in ((1, "1 cas pratique"), (2, "2 cas pratiques")):
        found = session.scalar(sa.select(sa.func.count(Case.id)))
        if found < count:
            actions.create_case(session, house.cycle.id, country="BJ", title="Titre d’un cas", by=house.admin, now=NOW)
        session.commit()
        notes = [node.text for node in page(client, "/sign-in").findall(".//ul//p[@class='small']")]
        assert [note.split(",")[0] for note in notes] == [words]
    assert "Titre d’un cas" not in client.get("/sign-in").text
