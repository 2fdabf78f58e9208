"""Watching by machine: what a player sends, what it gets back, what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql

from app.db import db
from media.models import Version
from media.rules import State
from modules import actions, rules
from modules.actions import watching
from modules.models import Assignment, Coverage, RuleVersion, Step, Watching
from tests.world import ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def url(house, session):
    """The address of the recording step's watching; the recording lasts 100 s."""
    ready_recording(session, house.steps["recording"])
    session.commit()
    return f"/api/v1/steps/{house.steps['recording'].public_id}/watching"


def test_a_report_is_answered_with_where_one_stands(url, house, speak):
    client = speak(house.learner)
    answer = client.post(url, json={"segments": [[0, 10], [5, 20]], "position": 20})
    assert answer.status_code == 200
    assert answer.json["duration"] == 100
    assert answer.json["covered"] == 20
    assert answer.json["missing"] == [[20, 100]]
    assert answer.json["done"] is False
    assert client.get(url).json == answer.json


def test_the_step_is_done_at_its_threshold(url, house, speak):
    client = speak(house.learner)
    assert client.post(url, json={"segments": [[99, 100]], "position": 100}).json["done"] is False
    assert client.post(url, json={"segments": [[0, 90]], "speed": 2}).json["done"] is True
    assert client.get(url).json["done"] is True


def test_optional_fields_are_kept_beside_the_fact(url, house, speak, session):
    body = {
        "segments": [[0, 10]], "position": 10, "batch": "b1", "device": "phone", "speed": 1.5,
        "device_time": "2020-01-01T00:00:00Z", "class": "equivalent reading",
    }  # fmt: skip
    assert speak(house.learner).post(url, json=body).status_code == 200
    fact = session.scalars(sa.select(Watching)).one()
    assert (fact.batch, fact.device, fact.speed, fact.klass) == ("b1", "phone", 1.5, "equivalent reading")
    assert fact.marks == ["clock"]


def test_a_name_of_a_report_about_another_step_is_refused(url, house, speak, session):
    other = Step(module_id=house.module.id, position=9, kind="recording", created_at=NOW)
    session.add(other)
    session.flush()
    ready_recording(session, other)
    session.commit()
    client, elsewhere = speak(house.learner), f"/api/v1/steps/{other.public_id}/watching"
    client.post(url, json={"segments": [[0, 10]], "batch": "b1"})
    answer = client.post(elsewhere, json={"segments": [[0, 10]], "batch": "b1"})
    assert answer.status_code == 422 and "batch" in answer.get_data(as_text=True)
    assert client.get(elsewhere).json["covered"] == 0
    assert client.post(elsewhere, json={"segments": [[0, 10]], "batch": "b2"}).json["covered"] == 10


def test_rows_are_locked_in_one_order():
    said = str(watching._LOCKED.compile(dialect=postgresql.dialect()))
    assert "ORDER BY coverage.id FOR UPDATE OF coverage" in " ".join(said.split())


def test_the_trainer_reads_that_a_report_was_odd(url, house, speak, sign_in, page):
    shown = f"/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}"
    client, trainer = speak(house.learner), sign_in(house.trainer)
    client.post(url, json={"segments": [[0, 10]], "batch": "b1"})
    assert "inhabituels" not in "".join(page(trainer, shown).itertext())
    client.post(url, json={"segments": [[10, 20]], "class": "equivalent reading"})
    told = "".join(page(trainer, shown).itertext())
    assert "1 rapport porte sur des passages lus, et non regardés" in told
    answer = client.post(url, json={"segments": [[0, 100]], "batch": "b2"})
    assert answer.json["done"] is True, "marked, not dropped"
    client.post(url, json={"segments": [[0, 1]], "device_time": "2100-01-01T00:00:00Z"})
    told = "".join(page(trainer, shown).itertext())
    assert (
        "inhabituels" in told
        and "1 rapport est arrivé d’un seul grand bloc" in told
        and "dont l’horloge avance" in told
    )


def test_the_same_batch_again_changes_nothing(url, house, speak, session):
    client = speak(house.learner)
    first = client.post(url, json={"segments": [[0, 10]], "batch": "b1"})
    again = client.post(url, json={"segments": [[0, 99]], "batch": "b1"})
    assert (again.status_code, again.json) == (200, first.json)
    assert session.scalar(sa.select(sa.func.count()).select_from(Watching)) == 1


def test_what_one_person_adds_to_a_step_in_a_day_is_bounded(url, house, speak, session, monkeypatch):
    monkeypatch.setattr(rules, "MOST_A_DAY", 3 * rules.weight(actions.played([[0, 1]])))
    client, other = speak(house.learner), speak(house.trainer)
    for number in range(3):
        answer = client.post(url, json={"segments": [[number, number + 1]], "batch": f"b{number}"})
        assert answer.status_code == 200
    too_many = client.post(url, json={"segments": [[50, 60]], "batch": "b3"})
    assert (too_many.status_code, too_many.mimetype) == (429, "application/problem+json")
    assert 0 < int(too_many.headers["Retry-After"]) <= 24 * 3600
    assert "demain" in too_many.json["detail"]
    assert client.post(url, json={"segments": [[50, 60]]}).status_code == 429
    known = client.post(url, json={"segments": [[50, 60]], "batch": "b2"})
    assert (known.status_code, known.json["covered"]) == (200, 3)
    assert other.post(url, json={"segments": [[50, 60]], "batch": "b3"}).json["covered"] == 10
    session.execute(sa.update(Coverage).values(stored_on=NOW.date() - timedelta(days=1)))
    session.commit()
    assert client.post(url, json={"segments": [[50, 60]], "batch": "b3"}).json["covered"] == 13


@pytest.mark.parametrize(
    "body",
    [
        '{"segments": [[0, NaN]]}',
        '{"segments": [[0, Infinity]]}',
        '{"segments": [[10, 9]]}',
        '{"segments": [[1]]}',
        '{"segments": [[0, 1, 2]]}',
        '{"segments": [["a", "b"]]}',
        '{"segments": [[0, 1]], "position": NaN}',
        '{"segments": [[0, 1]], "class": "in room"}',
        '{"segments": [[0, 1]], "version": "no such version"}',
        '{"segments": [["0", 1]]}',
        '{"segments": [[0, true]]}',
        '{"segments": [[0, 1]], "position": "7"}',
        '{"segments": [[0, 1]], "speed": true}',
        '{"segments": 7}',
        '{"position": 7}',
        '{"segments": [[0, 1' + "0" * 400 + "]]}",
        '{"segments": [[0, 1e999]]}',
        '{"segments": [[0, 1]], "position": 1' + "0" * 400 + "}",
        '{"segments": [[0, 1]], "position": -Infinity}',
        '{"segments": [[0, 1]], "speed": NaN}',
        '{"segments": [[0, 1]], "speed": Infinity}',
        '{"segments": [[0, 1]], "speed": 1' + "0" * 400 + "}",
        '{"segments": [[0, 1]], "batch": 1' + "0" * 20 + "}",
        '{"segments": [[0, 1]], "device_time": "0001-01-01T00:00:00+14:00"}',
        '{"segments": [[0, 1]], "device_time": "9999-12-31T23:59:59-14:00"}',
        '{"segments": [[0, 1]], "device_time": 1e300}',
        '{"segments": [[0, 1]], "device_time": 99999999999999999999}',
        *(f'{{"segments": [[0, 1]], "{name}": "a\\u0000b"}}' for name in ("batch", "device", "version")),
        *(f'{{"segments": [[0, 1]], "{name}": "a\\ud800b"}}' for name in ("batch", "device", "version")),
        "[]",
        '{"segments": [' + ",".join(["[0,1]"] * 20_001) + "]}",
    ],
)
def test_a_senseless_report_is_refused_with_a_problem(url, house, speak, session, body):
    answer = speak(house.learner).post(url, data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert session.scalar(sa.select(sa.func.count()).select_from(Watching)) == 0


def test_a_refusal_says_what_is_wrong_in_a_sentence(url, house, speak):
    body = {"segments": [[0, 1]], "device_time": "0001-01-01T00:00:00+14:00", "batch": "a\0b"}
    answer = speak(house.learner).post(url, json=body)
    sentences = {error["field"]: error["sentence"] for error in answer.json["errors"]}
    assert sentences["device_time"] == "Cette date est hors de ce qu’une horloge peut indiquer."
    assert "caractère" in sentences["batch"]


@pytest.mark.parametrize("moment", ["1e20", "99999999999999999999", '"x"', '"2026-13-01T00:00:00Z"', "true"])
def test_a_moment_that_cannot_be_read_is_refused_in_the_language_of_who_asks(url, house, speak, moment):
    body = f'{{"segments": [["0", true]], "device_time": {moment}}}'
    answer = speak(house.learner).post(url, data=body, content_type="application/json")
    sentences = {error["field"]: error["sentence"] for error in answer.json["errors"]}
    assert sentences == {
        "segments.0.0": "Un nombre est attendu ici, sans guillemets.",
        "segments.0.1": "Un nombre est attendu ici, sans guillemets.",
        "device_time": "Un moment s’écrit comme 2026-03-04T15:30:00Z.",
    }


@pytest.mark.parametrize("clock", ["1970-01-01T00:00:05Z", "1980-01-06T00:00:00+14:00", "2099-12-31T23:59:59-12:00"])
def test_a_wrong_clock_is_no_reason_to_refuse_what_was_seen(url, house, speak, session, clock):
    assert speak(house.learner).post(url, json={"segments": [[0, 10]], "device_time": clock}).json["covered"] == 10
    fact = session.scalars(sa.select(Watching)).one()
    assert fact.device_time == datetime.fromisoformat(clock) and fact.marks


def test_ends_outside_the_recording_are_clipped(url, house, speak):
    answer = speak(house.learner).post(url, json={"segments": [[-50, 10], [95, 1e9], [200, 300]], "position": 1e9})
    assert answer.json["segments"] == [[0, 10], [95, 100]]
    assert answer.json["position"] == 100


def test_wrong_and_forbidden_steps_look_the_same(url, house, speak):
    wrong = speak(house.learner).post("/api/v1/steps/nowhere/watching", json={"segments": []})
    forbidden = speak(house.other_learner).post(url, json={"segments": []})
    page = speak(house.learner).post(
        url.replace(house.steps["recording"].public_id, house.steps["page"].public_id), json={"segments": []}
    )
    assert wrong.status_code == forbidden.status_code == page.status_code == 404
    assert wrong.json == forbidden.json == page.json


def test_a_page_must_send_its_token_with_its_session(url, house, sign_in):
    assert sign_in(house.learner).post(url, json={"segments": []}).status_code == 400


def test_nobody_reports_without_signing_in(url, client):
    assert client.post(url, json={"segments": []}).status_code == 401
    assert client.get(url).status_code == 401


def test_a_recording_in_preparation_takes_no_report(url, house, speak, session):
    learner = speak(house.learner)
    session.execute(sa.update(Version).values(state=State.TRANSCODING, shown_at=None))
    session.commit()
    assert learner.post(url, json={"segments": [[0, 1]]}).status_code == 409
    session.execute(sa.update(Version).values(shown_at=datetime.now(UTC)))
    session.commit()
    assert learner.post(url, json={"segments": [[0, 1]]}).status_code == 200  # Its smallest size is there to see.


def test_two_devices_in_turn_lose_nothing(url, house, speak):
    one, other = speak(house.learner), speak(house.learner)
    for start in range(0, 40, 4):
        one.post(url, json={"segments": [[start, start + 2]], "position": start + 2, "device": "a"})
        other.post(url, json={"segments": [[start + 2, start + 4]], "position": start + 4, "device": "b"})
    assert one.get(url).json["segments"] == [[0, 40]]
    assert one.get(url).json["position"] == 40


def test_a_report_costs_few_statements(url, house, speak, app):
    client = speak(house.learner)
    client.post(url, json={"segments": [[0, 1]], "batch": "first"})
    said = []

    def hear(_connection, _cursor, statement, *_more):
        said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        client.post(url, json={"segments": [[5, 9]], "position": 9, "batch": "second", "device": "a"})
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    queries = [
        statement for statement in said if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "UPDATE api_token"))
    ]
    assert len(queries) <= 5, queries  # who, may they, what was seen, the fact, the union


def test_facts_stay_when_a_rule_changes(url, house, speak, session):
    client, step_id = speak(house.learner), house.steps["recording"].public_id

    def rule(number, share):
        terms = {step_id: {"coverage": share}}
        version = RuleVersion(module_id=house.module.id, number=number, at=NOW, terms=terms)
        session.add(version)
        session.flush()
        session.execute(sa.update(Assignment).values(rule_version_id=version.id))
        session.commit()

    def facts():
        columns = ((Watching.id, Watching.segments), (Coverage.id, Coverage.ranges, Coverage.seconds))
        found = [session.execute(sa.select(*names).order_by(names[0])).all() for names in columns]
        session.rollback()  # Or the next report waits for this session.
        return found

    before = client.post(url, json={"segments": [[0, 50]], "position": 50}).json
    kept = facts()
    rule(2, 0.95)
    assert (facts(), client.get(url).json) == (kept, before)
    assert client.post(url, json={"segments": [[50, 91]]}).json["done"] is False  # enough under the rule before
    kept = facts()
    rule(3, 0.5)
    assert facts() == kept
    assert client.post(url, json={"segments": [[50, 51]]}).json["done"] is True
    rule(4, 1.0)
    stands = client.get(url).json
    assert (stands["done"], stands["covered"], stands["segments"]) == (True, 91, [[0, 91]])


def test_modules_and_progress_are_read_by_machine(url, house, speak):
    speak(house.learner).post(url, json={"segments": [[0, 50]]})
    mine = speak(house.learner).get("/api/v1/modules").json["modules"]
    assert [module["id"] for module in mine] == [house.module.public_id]
    one = speak(house.learner).get(f"/api/v1/modules/{house.module.public_id}").json
    recording = next(step for step in one["steps"] if step["kind"] == "recording")
    assert (recording["covered"], recording["threshold"], recording["done"]) == (50, 0.9, None)
    cohort = speak(house.trainer).get(f"/api/v1/cohorts/{house.cohort.public_id}/progress").json
    assert [learner["name"] for learner in cohort["learners"]] == ["learner"]
    assert speak(house.other_trainer).get(f"/api/v1/cohorts/{house.cohort.public_id}/progress").status_code == 404
    assert speak(house.learner).get(f"/api/v1/cohorts/{house.cohort.public_id}/progress").status_code == 404


def test_who_was_in_a_room_is_not_for_learners_to_say(url, house, speak, session):
    client = speak(house.learner)
    refused = client.post(url, json={"segments": [[0, 9]], "class": "in room"})
    assert refused.status_code == 422 and "C’est le formateur qui note" in str(refused.json)
    assert client.post(url, json={"segments": [[0, 9]], "class": "offline device"}).json["covered"] == 9
    assert session.scalars(sa.select(Watching.klass)).all() == ["offline device"]


def test_two_devices_at_the_same_time_are_known_by_when_their_reports_left_them(url, house, speak, session):
    client = speak(house.learner)
    clocks = {"a": NOW, "b": NOW - timedelta(days=365)}
    for device, start in (("a", 0), ("b", 30)):
        at = clocks[device].isoformat()
        body = {"segments": [[start, start + 15]], "device": device, "device_time": at, "speed": 1}
        assert client.post(url, json=body, headers={"X-Sent-At": at}).status_code == 200
    assert client.post(url, json=body, headers={"X-Sent-At": "yesterday"}).status_code == 200
    marks = session.scalars(sa.select(Watching.marks).order_by(Watching.id)).all()
    assert ["overlap" in found for found in marks] == [False, True, False]


def test_tiny_passages_do_not_make_later_reports_slow(url, house, speak, session, app):
    client = speak(house.learner)
    for shift in (0, 0.002):
        crumbs = [[round(n * 0.005 + shift, 3), round(n * 0.005 + shift + 0.001, 3)] for n in range(20_000)]
        assert client.post(url, json={"segments": crumbs}).status_code == 200
    assert len(session.scalars(sa.select(Watching)).first().segments) == 20_000  # The facts stay as they came.
    assert len(session.scalar(sa.select(Coverage.ranges))) <= rules.MOST_PIECES
    session.rollback()
    answer = client.post(url, json={"segments": [[0, 1]]})
    assert len(answer.data) < 30_000 and answer.json["covered"] < 3  # Dust is no way to have seen the whole.
    assert all(equal for _person, _step, equal in actions.rebuild(session))


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ('{"segments": [[0, 1]', "application/json", 400),
        ('{"segments": [[0, 1' + "0" * 5_000 + "]]}", "application/json", 400),
        ("", "application/json", 400),
        ('{"segments": [[0, 1]]}', "text/plain", 415),
        ('{"segments": [[0, 1]]}', "multipart/form-data", 415),
        ("segments=0", "application/x-www-form-urlencoded", 415),
        ('"segments"', "application/json", 422),
        ("null", "application/json", 422),
    ],
)
def test_what_is_no_json_object_is_not_taken_for_an_empty_one(url, house, speak, body, content_type, status):
    answer = speak(house.learner).post(url, data=body, content_type=content_type)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_stalls_are_kept_with_what_was_watched(house, session, speak, url):
    client = speak(house.learner)
    told = {"segments": [[0, 10]], "stalls": 2, "stalled_seconds": 3.5}
    assert client.post(url, json=told).status_code == 200
    assert client.post(url, json={"segments": [[0, 10]]}).status_code == 200
    facts = session.execute(sa.select(Watching.stalls, Watching.stalled_seconds).order_by(Watching.id)).all()
    assert [tuple(fact) for fact in facts] == [(2, 3.5), (None, None)]
    session.rollback()
    for bad in (
        {"stalls": -1}, {"stalls": 1.5}, {"stalls": "2"}, {"stalls": True}, {"stalled_seconds": -0.1},
        {"stalled_seconds": "3"}, {"stalls": 10**9},
    ):  # fmt: skip
        assert client.post(url, json={"segments": [[0, 10]], **bad}).status_code == 422, bad
