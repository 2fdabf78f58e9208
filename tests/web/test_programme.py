"""The report of a programme: who learns, has begun, has finished, with small numbers hidden and staff left out."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Administrator, Cohort, Institution, Membership, Person
from app.people.rules import Role
from modules import actions
from modules.models import CohortTally, Coverage, LearnerTally, ModuleCompletion
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).split())


def ago(days):
    return NOW - timedelta(days=days)


@pytest.fixture
def join(house, session):
    """`join(12, country="ML")` lets so many people learn in the cohort; with the newest of them back."""

    def enrol(many, *, cohort=None, since=30, **about):
        people = [Person(name=f"Personne {number}", created_at=NOW, **about) for number in range(many)]
        session.add_all(people)
        session.flush()
        where = (cohort or house.cohort).id
        session.add_all(
            Membership(person_id=person.id, cohort_id=where, role=Role.LEARNER, since=ago(since)) for person in people
        )
        session.flush()
        return people

    return enrol


@pytest.fixture
def count_all(session):
    def run():
        session.flush()
        actions.tally_all(session, now=NOW)
        session.commit()

    return run


def finish(session, house, people, days):
    session.add_all(
        ModuleCompletion(person_id=person.id, module_id=house.module.id, rule_version_id=house.rules.id, at=ago(days))
        for person in people
    )


def table(client, by, **asked):
    answer = client.get(f"/programme/{by}.csv", query_string=asked)
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""), delimiter=";"))


def test_each_table_tells_its_groups_and_the_same_total(house, sign_in, session, join, count_all, page):
    house_kind = Institution(name="Commune", kind="commune", country="ML")
    session.add(house_kind)
    session.flush()
    malian = join(12, country="ML", gender="woman", institution_id=house_kind.id)
    senegalese = join(9, country="SN", gender="man")
    version = ready_recording(session, house.steps["recording"], 7200.0)
    about = {"step_id": house.steps["recording"].id, "version_id": version.id}
    session.add_all(Coverage(person_id=p.id, **about, ranges=[[0, 3600]], seconds=3600) for p in malian + senegalese)
    finish(session, house, malian + senegalese, 1)
    count_all()
    client = sign_in(house.admin)
    rows = {row[0]: row[1:] for row in table(client, "country")}
    # The learner of the house, of no country, is one: the next larger group goes with that one.
    assert rows["Mali"] == ["12", "12", "12", "12", "<\u00a05", "5"]
    assert rows["non indiqué"][0] == "<\u00a05" and rows["Sénégal"][0] == "masqué"
    assert rows["En tout"][0] == "22"
    assert [row[0] for row in table(client, "institution")] == ["Institution", "non indiqué", "commune", "En tout"]
    assert table(client, "module")[1][1:4] == ["22", "21", "21"]
    html = page(client, "/programme")
    assert text(html.find(".//h1")) == "Personnes inscrites : 22 ; ont terminé : 21."
    assert len(html.findall(".//table")) == 5


@pytest.mark.parametrize("how", ["administrator", "trainer", "observer", "erased", "left"])
def test_who_is_not_counted(house, sign_in, session, join, count_all, how):
    first, *_rest = join(10)
    if how == "administrator":
        session.add(Administrator(person_id=first.id, at=NOW))
    elif how == "erased":
        first.erased_at = NOW
    elif how == "left":
        session.execute(sa.update(Membership).where(Membership.person_id == first.id).values(ended_at=NOW))
    else:
        session.add(Membership(person_id=first.id, cohort_id=house.other_cohort.id, role=Role(how), since=NOW))
    count_all()
    assert table(sign_in(house.admin), "module")[1][1] == "10"  # The nine others and the learner of the house.


def test_accounts_of_the_demonstration_count_as_learners_and_not_as_staff(house, session, join, count_all):
    for person in join(3, demonstration_at=NOW):
        person.demonstration_at = NOW
    house.trainer.demonstration_at = NOW
    count_all()
    counted = set(session.scalars(sa.select(LearnerTally.person_id)))
    assert len(counted) == 4 and house.trainer.id not in counted


def test_only_administrators_and_observers_read_it_observers_of_their_own_cohorts(
    house, sign_in, session, join, count_all
):
    join(10)
    join(8, cohort=house.other_cohort)
    observer = Person(name="observer", language="fr", created_at=NOW)
    session.add(observer)
    session.flush()
    session.add(Membership(person_id=observer.id, cohort_id=house.cohort.id, role=Role.OBSERVER, since=NOW))
    count_all()
    for person in (house.learner, house.trainer):
        assert sign_in(person).get("/programme").status_code == 403
        assert sign_in(person).get("/programme/module.csv").status_code == 403
        assert sign_in(person).get("/api/v1/programme").status_code == 403
    assert [row[0] for row in table(sign_in(observer), "cohort")] == ["Cohorte", "Cohort 1", "En tout"]
    by = {one["by"]: one for one in sign_in(observer).get("/api/v1/programme").json["tables"]}
    assert [(one["id"], one["enrolled"]) for one in by["cohort"]["groups"]] == [(house.cohort.public_id, 11)]


def test_the_api_hides_the_same_figures(house, sign_in, session, join, count_all):
    join(20, country="ML")
    join(3, country="SN")
    count_all()
    found = sign_in(house.admin).get("/api/v1/programme").json
    by = {one["by"]: {group["name"]: group for group in one["groups"]} for one in found["tables"]}
    assert by["country"]["Sénégal"]["enrolled"] is None and "enrolled" in by["country"]["Sénégal"]["hidden"]
    assert (
        by["country"]["Mali"]["enrolled"] == 20
    )  # The other four are of two groups, each of which may be any of 0 to 4.
    assert by["cohort"]["Cohort 1"]["enrolled"] == 24 and found["counted_at"]
    assert sign_in(house.admin).get("/api/v1/programme?since=2026-13").status_code == 422


def test_months_choose_people_by_when_they_came(house, sign_in, session, join, count_all):
    january = datetime(2026, 1, 15, tzinfo=UTC)
    session.execute(sa.update(Membership).values(since=january))
    for person in join(7):
        session.execute(
            sa.update(Membership).where(Membership.person_id == person.id).values(since=january + timedelta(days=31))
        )
    count_all()
    client = sign_in(house.admin)
    assert table(client, "module", since="2026-02", until="2026-02")[1][1] == "7"
    assert table(client, "module")[1][1] == "8"
    assert len(table(client, "module", since="2026-03")) == 1
    refused = client.get("/programme?since=2026-03&until=2026-01")
    assert refused.status_code == 422 and "précède le premier" in refused.text
    assert client.get("/programme?since=soon").status_code == 422
    assert client.get("/programme?cycle=nowhere").status_code == 404


def test_a_cohort_is_counted_anew_after_an_hour_and_then_as_a_whole(house, session, join):
    join(5)
    session.commit()
    for _ in session.scalars(sa.select(Cohort)).all():
        actions.tally_stale(session, NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(CohortTally)) == 2
    join(2)
    actions.tally_stale(session, NOW + timedelta(minutes=59))
    count = sa.select(sa.func.count()).select_from(LearnerTally)
    assert session.scalar(count) == 12  # Six people, each with the module and the cycle.
    for minutes in (61, 62):
        actions.tally_stale(session, NOW + timedelta(minutes=minutes))
    assert session.scalar(count) == 16


def test_statements_stay_the_same_for_three_and_for_thirty(house, sign_in, session, join, count_all, statements):
    client, counts = sign_in(house.admin), []
    for many in (3, 30):
        join(many, country="ML")
        count_all()
        client.get("/programme")
        counts.append(statements(lambda: client.get("/programme")))
    assert counts[0] == counts[1] <= 14


def test_all_that_was_done_is_for_administrators_row_by_row(house, sign_in, session, count_all):
    actions.complete(session, house.steps["page"], house.learner, now=NOW, source="page")
    observer = Person(name="observer", created_at=NOW)
    session.add(observer)
    session.flush()
    session.add(Membership(person_id=observer.id, cohort_id=house.cohort.id, role=Role.OBSERVER, since=NOW))
    count_all()
    assert sign_in(observer).get("/programme/completions.csv").status_code == 403
    _heads, row = table(sign_in(house.admin), "completions")
    assert row[:2] == [house.learner.public_id, "learner"] and row[4] == "Étape page" and row[7] == "lu"
