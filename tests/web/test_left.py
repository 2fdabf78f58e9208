"""What is left: one page over all modules, whose lines add up to their sums."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from modules import actions, rules
from modules.models import Assignment, Coverage, Module, ModuleTitle, RuleVersion, Step
from tests.world import ready_recording, rendition

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).split())


@pytest.fixture
def watched(house, session):
    """100 seconds, of which 20 to 50 were seen, in two formats; a second module that is due sooner."""
    version = ready_recording(session, house.steps["recording"], 100.0)
    rendition(session, version, "240p", bytes=1_000_000)
    rendition(session, version, "sound", kind="sound", width=None, height=None, bytes=250_000)
    about = {"person_id": house.learner.id, "step_id": house.steps["recording"].id, "version_id": version.id}
    session.add(Coverage(**about, ranges=[[20, 50]], seconds=30, position=50, position_at=NOW))
    sooner = Module(cycle_id=house.cycle.id, position=2, number="2", created_at=NOW)
    session.add(sooner)
    session.flush()
    session.add(ModuleTitle(module_id=sooner.id, lang="fr", title="Module pressant"))
    made = RuleVersion(module_id=sooner.id, number=1, at=NOW, terms={})
    step = Step(module_id=sooner.id, position=1, kind="recording", created_at=NOW)
    session.add_all([made, step])
    session.flush()
    rendition(session, ready_recording(session, step, 60.0), "240p", bytes=700_000)
    session.add(
        Assignment(
            cohort_id=house.cohort.id, module_id=sooner.id, rule_version_id=made.id, at=NOW,
            due_at=NOW + timedelta(days=5),
        )
    )  # fmt: skip
    session.commit()
    return step


def rows_of(html):
    return [[text(cell) for cell in row] for row in html.findall(".//tbody/tr")]


def test_lines_stand_by_their_last_day_and_add_up(house, watched, sign_in, page):
    first, second, whole = rows_of(page(sign_in(house.learner), "/left"))
    assert (first[0], second[0]) == ("Module 2Module pressant", "Module 1Module introductif")
    assert [first[2], second[2], whole[2]] == ["1:00", "1:10", "2:10"]
    prices = [float(row[3].removesuffix(" Mo").replace(",", ".")) for row in (first, second, whole)]
    assert prices[0] >= 0.7 and prices[1] >= 0.7 and round(prices[0] + prices[1], 2) == prices[2]


def test_a_link_plays_just_what_is_missing(house, watched, sign_in, page):
    html = page(sign_in(house.learner), "/left")
    here = f"/steps/{house.steps['recording'].public_id}"
    links = [link.get("href") for link in html.findall(".//ul[@class='passages']//a")]
    assert f"{here}?t=0#t=0" in links and f"{here}?t=50#t=50" in links


def test_the_chosen_format_prices_the_page_and_the_table(house, watched, sign_in, page):
    client = sign_in(house.learner)
    assert rows_of(page(client, "/left?format=sound"))[1][3] == "0,2 Mo"
    answer = client.get("/left.csv?format=sound").get_data().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(answer, newline=""), delimiter=";"))
    mine = [line for line in lines if line[0].endswith("1") and line[4]]
    assert [(line[4], line[5], line[6]) for line in mine] == [("0:00", "0:20", "20"), ("0:50", "1:40", "50")]
    assert sum(float(line[7].replace(",", ".")) for line in mine) == pytest.approx(0.2)


def test_a_module_that_opens_later_is_counted_and_opens_nothing(house, watched, sign_in, page, session):
    given = session.query(Assignment).filter_by(module_id=watched.module_id).one()
    given.opens_at = NOW + timedelta(days=2)
    session.commit()
    html = page(sign_in(house.learner), "/left")
    assert rows_of(html)[0][2] == "1:00" and "ouvre" in rows_of(html)[0][1]
    assert not [a for a in html.iter("a") if watched.public_id in (a.get("href") or "")]


def test_who_has_done_all_or_has_nothing_reads_so(house, sign_in, page, session):
    assert "Aucun module" in text(page(sign_in(house.other_learner), "/left").find(".//h1"))
    for step in house.steps.values():
        actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.trainer)
    session.commit()
    html = page(sign_in(house.learner), "/left")
    assert text(html.find(".//h1")) == "Tout est fait." and not html.findall(".//table")


def test_hundredths_never_promise_less_than_what_travels():
    assert [rules.hundredths(n) for n in (0, 1, 10_000, 10_001)] == [0, 1, 1, 2]


def test_a_format_that_a_recording_lacks_is_replaced_by_its_nearest():
    ways = [("720p", "video"), ("240p", "video"), ("sound", "sound")]
    assert [rules.way_of(wanted, ways) for wanted in ("720p", "sound", "auto", "")] == [0, 2, 1, 1]
    assert rules.way_of("240p", ways[2:]) == 0 and rules.way_of("240p", []) is None


def test_statements_do_not_grow_with_what_is_left(house, watched, sign_in, statements):
    client = sign_in(house.learner)
    assert statements(lambda: client.get("/left")) <= statements(lambda: client.get("/")) + 1
