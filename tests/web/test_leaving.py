"""The page that says where a recording loses people, and what is hidden on it from whom."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from app.people.models import Membership, Person
from app.people.rules import Role
from app.web.charts import Bars, steps_and_bars
from modules import actions
from modules.models import Coverage, Watching, WatchingRevocation
from tests.world import ready_recording

NOW = datetime.now(UTC)
SVG = "{http://www.w3.org/2000/svg}"


def text(node):
    return " ".join("".join(node.itertext()).split())


def ago(days):
    return NOW - timedelta(days=days)


@pytest.fixture
def watch(house, session):
    """`watch(3, 65, days=5)`: so many people saw the first 65 seconds five days ago, and nothing since."""
    house.version = ready_recording(session, house.steps["recording"], 180.0)
    session.commit()

    def see(many, until, *, days, **more):
        people = [Person(name=f"Personne {number}", created_at=NOW) for number in range(many)]
        session.add_all(people)
        session.flush()
        about = {"step_id": house.steps["recording"].id, "version_id": house.version.id}
        for person in people:
            session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=ago(30)))
            session.add(Coverage(person_id=person.id, **about, ranges=[[0, until]], seconds=until))
            fact = {"segments": [[0, until]], "position": until, "received_at": ago(days)} | more
            session.add(Watching(person_id=person.id, **about, **fact))
        session.commit()
        return people

    return see


@pytest.fixture
def url(house):
    return f"/cohorts/{house.cohort.public_id}/recordings/{house.steps['recording'].public_id}/minutes"


def rows_of(html):
    return [[text(cell) for cell in row] for row in html.findall(".//tbody/tr")]


def test_leaving_and_a_slow_line_are_told_apart_in_chart_and_table(house, watch, url, sign_in, page):
    watch(6, 65, days=5)
    watch(5, 125, days=4, stalls=3, stalled_seconds=40.0)
    watch(2, 180, days=1)
    html = page(sign_in(house.trainer), url)
    assert [row[1:] for row in rows_of(html)] == [["13", "0", "0", "5"], ["7", "6", "0", "5"], ["2", "0", "5", "5"]]
    assert "s’arrêtent vers 1:00" in text(html.find(".//h1")) and "coupe surtout vers 2:00" in text(html.find(".//h1"))
    chart = html.find(f".//{SVG}svg[@class='chart']")
    name, told, *paths = chart
    assert chart.get("role") == "img" and text(name) and "13 personnes" in text(told)
    assert {path.get("class") for path in paths} == {"saw", "left", "cut"}


def test_who_comes_back_finishes_or_is_revoked_is_no_loss(house, watch, url, sign_in, page, session):
    back, done, revoked = watch(3, 65, days=5)
    about = {"step_id": house.steps["recording"].id, "version_id": house.version.id}
    session.add(Watching(person_id=back.id, **about, segments=[[65, 70]], position=70, received_at=ago(4)))
    session.add(Watching(person_id=back.id, **about, segments=[[70, 90]], position=90, received_at=ago(1)))
    actions.complete(session, house.steps["recording"], done, now=ago(6), source="trainer", by=house.trainer)
    fact = session.query(Watching).filter_by(person_id=revoked.id).one()
    session.add(WatchingRevocation(watching_id=fact.id, at=NOW, why="Erreur"))
    session.commit()
    assert [row[2] for row in rows_of(page(sign_in(house.trainer), url))] == ["0", "1", "0"]  # Back after three days.


def test_small_figures_are_for_trainers_alone_also_in_the_file(house, watch, url, sign_in, page):
    watch(6, 65, days=5)
    watch(2, 155, days=4)
    rows = rows_of(page(sign_in(house.admin), url))
    assert rows[0][1] == "8" and rows[1][2] == "6" and rows[2][1] == rows[2][2] == "<\u00a05".replace("\u00a0", " ")
    table = sign_in(house.admin).get(f"{url}.csv").get_data().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(table, newline=""), delimiter=";"))
    assert lines[3][1] == "<\u00a05" and lines[2][2] == "6"
    assert rows_of(page(sign_in(house.trainer), url))[2][1] == "2"


def test_only_who_leads_the_cohort_reads_it(house, watch, url, sign_in):
    assert sign_in(house.other_trainer).get(url).status_code == 404
    assert sign_in(house.learner).get(url).status_code == 403
    elsewhere = url.replace(house.steps["recording"].public_id, house.steps["page"].public_id)
    assert sign_in(house.trainer).get(elsewhere).status_code == 404


def test_nobody_yet_is_said(house, watch, url, sign_in, page):
    assert "Personne n’a encore commencé" in text(page(sign_in(house.trainer), url))


def test_a_chart_draws_shapes_and_no_text():
    drawn = str(steps_and_bars([3, None, 1], [Bars("left", [1, 0, 0]), Bars("cut", [1, 0, 0], True)], "a<b", "c"))
    assert "<text" not in drawn and "style=" not in drawn and "a&lt;b" in drawn
    assert drawn.count("Z") > 3 and 'class="saw" d="M0.0' in drawn
    assert "NaN" not in str(steps_and_bars([], [], "", "")) and "NaN" not in str(steps_and_bars([0], [], "", ""))


def test_statements_stay_the_same_for_three_and_for_thirty(house, watch, url, sign_in, statements):
    client, counts = sign_in(house.trainer), []
    for many in (3, 30):
        watch(many, 65, days=5)
        client.get(url)
        counts.append(statements(lambda: client.get(url)))
    assert counts[0] == counts[1] <= 14
