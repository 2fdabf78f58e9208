"""The forms of cases: two people at one of them, all that is wrong told at once, and whose case a new one is."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.people.models import Membership
from modules.cases import actions
from modules.cases.models import Case
from modules.models import Assignment
from tests.conftest import checked
from tests.web.test_manage_modules import shown_after

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def case(session: Any, house: Any) -> Case:
    """A case of the learner's cohort that has only a title."""
    made = actions.create_case(
        session, house.cycle.id, country="ML", title="Mali", by=house.trainer, now=NOW, cohort_id=house.cohort.id
    )
    session.commit()
    return made


def opened(page: Any, client: Any, url: str) -> dict[str, str]:
    """What the form at the address sends as it stands."""
    form = next(one for one in page(client, url).find(".//main").iter("form"))
    sent = {node.get("name"): node.get("value") or "" for node in form.iter("input")}
    sent |= {node.get("name"): (node.text or "").lstrip("\n") for node in form.iter("textarea")}
    chosen = {node.get("name"): node.find("./option[@selected]") for node in form.iter("select")}
    return sent | {name: "" if option is None else option.get("value") for name, option in chosen.items()}


def named(refused: Any) -> list[str]:
    """The fields that the summary of a refused form leads to."""
    return [a.get("href") for a in checked(refused).find(".//*[@role='alert']").iter("a")]


@pytest.mark.parametrize(
    ("where", "field"), [("stages/conception", "done"), ("facts", "territory"), ("facts", "title")]
)
def test_two_at_one_sheet_overwrite_nothing_in_silence(
    house: Any, case: Case, sign_in: Any, page: Any, where: str, field: str
) -> None:
    url, one, two = f"/cases/{case.public_id}/{where}", sign_in(house.trainer), sign_in(house.admin)
    first, second = opened(page, one, url), opened(page, two, url)
    assert one.post(url, data=first | {field: "Le texte de la première"}).status_code == 303
    refused = two.post(url, data=second | {field: "Le texte du second"})
    assert refused.status_code == 422
    saved, own = shown_after(refused)
    assert saved == ["Le texte de la première"]
    assert own[field].strip() == "Le texte du second"
    assert "Le texte du second" not in two.get(f"/cases/{case.public_id}").text
    assert two.post(url, data=second | {"began": own["began"], field: "Les deux"}).status_code == 303
    assert "Les deux" in one.get(f"/cases/{case.public_id}").text


def test_who_wrote_while_another_cohort_began_to_tell_the_case_gets_the_text_back(
    house: Any, sign_in: Any, page: Any, session: Any
) -> None:
    there = {"cohort_id": house.other_cohort.id, "module_id": house.module.id, "rule_version_id": house.rules.id}
    session.add(Assignment(at=NOW, **there))
    case = actions.create_case(session, house.cycle.id, country="ML", title="Mali", by=house.admin, now=NOW)
    session.commit()
    url, one, two = f"/cases/{case.public_id}/stages/conception", sign_in(house.trainer), sign_in(house.other_trainer)
    first, second = opened(page, one, url), opened(page, two, url)
    assert one.post(url, data=first | {"done": "Le texte de la première"}).status_code == 303
    refused = two.post(url, data=second | {"done": "Le texte du second"})
    assert refused.status_code == 409
    assert "Le texte du second" in refused.text
    assert "Le texte de la première" not in refused.text
    assert two.get(url).status_code == 403
    assert sign_in(house.learner).post(url, data=second).status_code == 403


def test_two_who_rename_a_discussion_are_told_of_each_other(
    house: Any, case: Case, sign_in: Any, page: Any, session: Any
) -> None:
    thread = actions.open_thread(session, case, house.cohort.id, title="Fil", stage=None, by=None, now=NOW)
    session.commit()
    url, one, two = f"/threads/{thread.public_id}/move", sign_in(house.trainer), sign_in(house.admin)
    first, second = opened(page, one, url), opened(page, two, url)
    assert one.post(url, data=first | {"stage": "evaluation"}).status_code == 303
    refused = two.post(url, data=second | {"title": "Le calendrier"})
    assert refused.status_code == 422
    saved, own = shown_after(refused)
    assert saved == ["Fil", "Évaluation"]
    assert two.post(url, data=second | {"title": "Le calendrier", "began": own["began"]}).status_code == 303


def test_a_form_tells_all_that_is_wrong_at_once(house: Any, case: Case, sign_in: Any) -> None:
    trainer, wrong = sign_in(house.trainer), {"means": "x" * 2_001, "convention": "y" * 2_001}
    refused = trainer.post("/cases/new", data={**wrong, "country": "", "title": " ", "consent": "cohort"})
    assert refused.status_code == 422
    assert named(refused) == ["#country", "#title", "#convention", "#means"]
    stage = trainer.post(
        f"/cases/{case.public_id}/stages/conception",
        data={"done": "x" * 20_001, "lessons": "y" * 20_001, "difficulties": "Peu", "language": "fr"},
    )
    assert named(stage) == ["#done", "#lessons"]


def test_a_language_that_is_not_offered_is_refused(house: Any, case: Case, sign_in: Any, page: Any) -> None:
    trainer, at = sign_in(house.trainer), f"/cases/{case.public_id}"
    for url, field in ((f"{at}/facts", "means"), (f"{at}/stages/conception", "done")):
        sent = opened(page, trainer, url) | {field: f"Peu de {field}"}
        refused = trainer.post(url, data=sent | {"language": "eo"})
        assert refused.status_code == 422 and named(refused) == ["#language"]
        assert sent[field] in refused.text and sent[field] not in trainer.get(at).text
        assert trainer.post(url, data=sent).status_code == 303


def test_who_leads_several_cohorts_says_which_one_tells_a_new_case(
    house: Any, sign_in: Any, page: Any, session: Any
) -> None:
    facts, trainer = {"country": "BJ", "title": "Djougou", "consent": "cohort", "language": "fr"}, house.trainer
    assert page(sign_in(trainer), "/cases/new").find(".//select[@name='place']") is None
    there = house.other_cohort
    session.add(Membership(person_id=trainer.id, cohort_id=there.id, role="trainer", since=NOW))
    session.add(Assignment(cohort_id=there.id, module_id=house.module.id, rule_version_id=house.rules.id, at=NOW))
    session.commit()
    client = sign_in(trainer)
    assert opened(page, client, "/cases/new")["place"] == ""
    refused = client.post("/cases/new", data=facts)
    assert refused.status_code == 422
    assert "Choisissez la cohorte" in refused.text
    for wrong in ("222222222222.1", "x"):
        assert client.post("/cases/new", data={**facts, "place": wrong}).status_code == 422
    key = f"{there.public_id}.{house.cycle.public_id}"
    assert opened(page, client, f"/cases/new?cohort={there.public_id}")["place"] == key
    assert client.post("/cases/new", data={**facts, "place": key}).status_code == 303
    assert session.scalars(sa.select(Case)).one().cohort_id == there.id


@pytest.mark.parametrize(("where", "field"), [("facts", "territory"), ("stages/conception", "done")])
def test_who_could_give_a_case_of_the_whole_cycle_to_several_cohorts_chooses_one(
    house: Any, sign_in: Any, page: Any, session: Any, where: str, field: str
) -> None:
    there = house.other_cohort
    session.add(Assignment(cohort_id=there.id, module_id=house.module.id, rule_version_id=house.rules.id, at=NOW))
    case, led = (
        actions.create_case(session, house.cycle.id, country="ML", title=title, by=house.admin, now=NOW)
        for title in ("Mali", "Bénin")
    )
    session.commit()
    admin, url = sign_in(house.admin), f"/cases/{case.public_id}/{where}"
    for shown in (url, f"{url}?cohort={house.cohort.public_id}"):
        sent = opened(page, admin, shown)
        assert sent["place"] == ""
        refused = admin.post(shown, data=sent | {field: "Un texte"})
        assert refused.status_code == 422 and named(refused) == ["#place"] and "Un texte" in refused.text
    assert admin.post(url, data=sent | {field: "Un texte", "place": "222222222222.1"}).status_code == 422
    assert admin.post(url, data=sent | {field: " "}).status_code == 303, "nothing told, nothing to give"
    session.refresh(case)
    assert (case.cohort_id, case.template_at is None) == (None, False)
    session.commit()
    key = f"{house.cohort.public_id}.{house.cycle.public_id}"
    done = admin.post(url, data=opened(page, admin, url) | {field: "Un texte", "place": key})
    assert done.status_code == 303 and house.cohort.public_id in done.location
    session.refresh(case)
    assert case.cohort_id == house.cohort.id
    session.commit()
    assert "place" not in (sent := opened(page, admin, url))
    elsewhere = f"{there.public_id}.{house.cycle.public_id}"
    late = admin.post(url, data=sent | {field: "Pour d’autres", "place": elsewhere})
    assert late.status_code == 422 and "Pour d’autres" in late.text and "confié à la cohorte Cohort 1" in late.text
    assert admin.get(f"/cases/{case.public_id}").text.count("Pour d’autres") == 0
    assert admin.post(url, data=sent | {field: "Pour elle", "place": key}).status_code == 303
    own, url = sign_in(house.trainer), f"/cases/{led.public_id}/{where}"
    assert "place" not in (sent := opened(page, own, url))
    assert own.post(url, data=sent | {field: "Un texte"}).status_code == 303
    session.refresh(led)
    assert led.cohort_id == house.cohort.id
    session.commit()
