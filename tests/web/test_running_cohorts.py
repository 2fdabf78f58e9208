"""What a cohort was given stays as it was given: its rules, its days, and who decided what."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.errors import Conflict
from modules import actions
from modules.actions import ruling
from modules.models import Assignment, AssignmentChange, Completion, Coverage, RuleVersion
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", "\u00a0").replace("\u00a0", " ").split())


@pytest.fixture
def step(house, session):
    """A recording of 100 s of which the learner has seen 60."""
    step = house.steps["recording"]
    version = ready_recording(session, step)
    seen = {"version_id": version.id, "ranges": [[0, 60]], "seconds": 60}
    session.add(Coverage(person_id=house.learner.id, step_id=step.id, **seen))
    session.commit()
    return step


@pytest.fixture
def rules_url(house):
    return f"/cohorts/{house.cohort.public_id}/modules/{house.module.public_id}/rules"


def rule_of(session, cohort):
    session.commit()
    return session.scalar(sa.select(Assignment.rule_version_id).where(Assignment.cohort_id == cohort.id))


def give(session, house, cohort, **days):
    given = actions.assign(
        session, cohort, house.module, opens=days.get("opens"), due=days.get("due"), now=NOW, by=house.admin
    )
    session.commit()
    return given


def count(session, table):
    session.commit()
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_new_threshold_is_a_new_rule_for_cohorts_that_begin_later(house, session, step):
    newer = actions.set_threshold(session, step, 0.5, now=NOW, by=house.trainer)
    assert (newer.number, newer.by_id) == (2, house.trainer.id)
    assert rule_of(session, house.cohort) == house.rules.id
    assert count(session, Completion) == 0
    give(session, house, house.other_cohort)
    assert rule_of(session, house.other_cohort) == newer.id
    actions.set_threshold(session, step, 0.5, now=NOW, by=house.trainer)
    assert session.scalar(sa.select(sa.func.max(RuleVersion.number))) == 2


def test_who_leads_a_cohort_moves_it_to_newer_rules_with_date_and_name(house, session, step, sign_in, page, rules_url):
    give(session, house, house.other_cohort)
    newer = actions.set_threshold(session, step, 0.5, now=NOW, by=house.admin)
    session.commit()
    client, cohort_url = sign_in(house.trainer), f"/cohorts/{house.cohort.public_id}"
    assert rules_url in [link.get("href") for link in page(client, cohort_url).iter("a")]
    shown = text(page(client, rules_url).find(".//main"))
    assert "90 %" in shown and "50 %" in shown and "règle 2" in shown
    assert client.post(rules_url, data={"number": 2}).status_code == 303
    assert rule_of(session, house.cohort) == newer.id
    assert rule_of(session, house.other_cohort) == house.rules.id
    done = session.scalars(sa.select(Completion)).one()
    assert (done.person_id, done.rule_version_id) == (house.learner.id, newer.id)
    change = session.scalars(sa.select(AssignmentChange).where(AssignmentChange.what == "rules")).one()
    assert (change.by_id, change.rule_version_id, change.cohort_id) == (house.trainer.id, newer.id, house.cohort.id)
    session.commit()
    assert rules_url not in client.get(cohort_url).get_data(as_text=True)
    page(client, rules_url)


def test_nobody_else_moves_a_cohort(house, session, step, sign_in, rules_url):
    actions.set_threshold(session, step, 0.5, now=NOW, by=house.admin)
    session.commit()
    assert sign_in(house.other_trainer).get(rules_url).status_code == 404
    assert sign_in(house.other_trainer).post(rules_url, data={"number": 2}).status_code == 404
    assert sign_in(house.learner).post(rules_url, data={"number": 2}).status_code == 403
    assert rule_of(session, house.cohort) == house.rules.id and count(session, Completion) == 0


def test_stricter_rules_take_nothing_away(house, session, step, sign_in, rules_url):
    actions.complete(session, step, house.learner, now=NOW, source="watching")
    actions.set_threshold(session, step, 1.0, now=NOW, by=house.admin)
    session.commit()
    assert sign_in(house.admin).post(rules_url, data={"number": 2}).status_code == 303
    assert count(session, Completion) == 1


@pytest.mark.parametrize("sent", [{"number": 1}, {"number": 3}, {"number": "x"}, {}])
def test_only_the_newest_rules_that_were_looked_at_are_followed(house, session, step, sign_in, rules_url, sent):
    actions.set_threshold(session, step, 0.5, now=NOW, by=house.admin)
    session.commit()
    assert sign_in(house.trainer).post(rules_url, data=sent).status_code == 409
    assert rule_of(session, house.cohort) == house.rules.id


def test_two_new_rules_at_once_become_two_versions(house, session, step, monkeypatch):
    stale, fresh = [house.rules], ruling.newest_rules
    actions.set_threshold(session, step, 0.5, now=NOW, by=house.admin)
    monkeypatch.setattr(ruling, "newest_rules", lambda *args: stale.pop() if stale else fresh(*args))
    assert actions.set_threshold(session, step, 0.6, now=NOW, by=house.trainer).number == 3
    monkeypatch.setattr(ruling, "newest_rules", lambda *args: house.rules)
    with pytest.raises(Conflict):
        actions.set_threshold(session, step, 0.7, now=NOW, by=house.trainer)


def test_a_module_given_twice_at_once_is_given_once(house, session):
    give(session, house, house.other_cohort)
    with pytest.raises(Conflict):
        give(session, house, house.other_cohort)
    assert count(session, Assignment) == 2


def test_a_module_taken_back_leaves_what_was_done_and_returns_with_its_rules(house, sign_in, session, step):
    actions.complete(session, house.steps["page"], house.learner, now=NOW, source="page")
    actions.set_threshold(session, step, 0.5, now=NOW, by=house.admin)
    session.commit()
    client, url = sign_in(house.admin), f"/cohorts/{house.cohort.public_id}/modules"
    assert client.post(f"{url}/{house.module.public_id}/removal").status_code == 303
    assert rule_of(session, house.cohort) is None and count(session, Completion) == 1
    session.commit()
    assert sign_in(house.learner).get(f"/modules/{house.module.public_id}").status_code == 404
    assert client.post(url, data={"module": house.module.public_id}).status_code == 303
    assert rule_of(session, house.cohort) == house.rules.id
    changes = session.execute(sa.select(AssignmentChange.what, AssignmentChange.by_id).order_by(AssignmentChange.id))
    assert changes.all() == [("withdrawn", house.admin.id), ("given", house.admin.id)]


def test_days_stay_where_they_were_said_when_the_zone_of_the_cohort_changes(house, session, sign_in, page):
    given = give(session, house, house.other_cohort, opens=date(2027, 6, 1), due=date(2027, 6, 12))
    before = (given.opens_at, given.due_at)
    house.other_cohort.zone = "Indian/Mauritius"
    session.commit()
    client, url = sign_in(house.admin), f"/cohorts/{house.other_cohort.public_id}/modules"
    html = page(client, f"{url}/{house.module.public_id}")
    typed = {field.get("name"): field.get("value") for field in html.iter("input") if field.get("type") == "date"}
    assert typed == {"opens": "2027-06-01", "due": "2027-06-12"}
    assert "12 juin" in text(page(client, url)) and "13 juin" not in text(page(client, url))
    assert client.post(f"{url}/{house.module.public_id}", data={**typed, "zone": "Africa/Bamako"}).status_code == 303
    session.refresh(given)
    assert (given.opens_at, given.due_at, given.zone) == (*before, "Africa/Bamako")
    assert session.scalars(sa.select(AssignmentChange.what)).all() == ["given"]
    session.commit()
    opened = sign_in(house.other_learner).get(f"/modules/{house.module.public_id}").get_data(as_text=True)
    assert "1er juin" in opened.replace("\u00a0", " ")


def test_everybody_reads_a_deadline_in_the_zone_in_which_it_was_said(house, session, sign_in, page):
    row = session.scalars(sa.select(Assignment)).one()
    days = actions.Days(None, date(2099, 6, 12), "Africa/Bamako")
    actions.set_days(session, row, days, now=NOW, by=house.admin)
    house.cohort.zone = "Indian/Mauritius"
    session.commit()
    module = f"/modules/{house.module.public_id}"
    for person, url in (
        (house.trainer, "/"),
        (house.trainer, "/cohorts"),
        (house.learner, "/"),
        (house.learner, module),
    ):
        shown = text(page(sign_in(person), url))
        assert "12 juin 2099" in shown and "13 juin" not in shown, url


def test_days_are_said_again_in_the_zone_that_is_chosen(house, session, sign_in):
    given = give(session, house, house.other_cohort, due=date(2027, 6, 12))
    house.other_cohort.zone = "Indian/Mauritius"
    session.commit()
    url = f"/cohorts/{house.other_cohort.public_id}/modules/{house.module.public_id}"
    client = sign_in(house.admin)
    assert client.post(url, data={"due": "2099-06-12", "zone": "Europe/Paris"}).status_code == 422
    assert client.post(url, data={"due": "2099-06-12", "zone": "Indian/Mauritius"}).status_code == 303
    session.refresh(given)
    assert given.due_at == datetime(2099, 6, 12, 19, 59, 59, tzinfo=UTC)
    change = session.scalars(sa.select(AssignmentChange).where(AssignmentChange.what == "dates")).one()
    assert (change.zone, change.by_id, change.due_at) == ("Indian/Mauritius", house.admin.id, given.due_at)


def test_an_untouched_day_keeps_its_moment_when_the_other_one_changes(house, session, sign_in):
    row = session.scalars(sa.select(Assignment)).one()
    opened, kept = row.opens_at, actions.days_of(row)
    session.commit()
    url = f"/cohorts/{house.cohort.public_id}/modules/{house.module.public_id}"
    assert sign_in(house.admin).post(url, data={"opens": str(kept.opens), "due": "2099-06-12"}).status_code == 303
    session.refresh(row)
    assert row.opens_at == opened and actions.days_of(row).due == date(2099, 6, 12)


def test_a_year_beyond_reason_is_refused_beside_its_field(house, sign_in):
    url = f"/cohorts/{house.cohort.public_id}/modules/{house.module.public_id}"
    client = sign_in(house.admin)
    refused = client.post(url, data={"due": "9999-12-31"})
    assert refused.status_code == 422 and "entre 2000 et 2100" in refused.text
    assert client.post(url, data={"due": "2099-12-31"}).status_code == 303
