"""Statements of the xAPI video profile: out of the facts, and into facts."""

import gzip
import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from modules import access, actions, rules
from modules.actions import Report, played
from modules.models import Completion, Coverage, Watching
from tests.world import ready_recording

NOW = datetime.now(UTC)
EXTENSION = "https://w3id.org/xapi/video/extensions/"
BASE = "http://127.0.0.1:8000"


@pytest.fixture
def version(house, session):
    made = ready_recording(session, house.steps["recording"])
    session.commit()
    return made


@pytest.fixture
def run(app, session):
    """Run a command of the room; (exit code, output, errors)."""

    def invoke(*words):
        session.rollback()
        result = app.test_cli_runner().invoke(args=["modules", *words], env={"LANG": "en"})
        session.rollback()
        assert isinstance(result.exception, SystemExit | None), result.exc_info
        return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()

    return invoke


@pytest.fixture
def seen(house, session, version):
    at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
    for number, segments in enumerate(([[0, 40.5]], [[30, 60], [65, 95]])):
        report = Report(played(segments, segments[-1][1]), batch=f"b{number}", speed=1.5)
        actions.watch(session, at, house.learner, report, now=NOW)
    session.commit()


def statement(person, step, segments, number=1, home=BASE, **more):
    said = {f"{EXTENSION}played-segments": segments}
    return {
        "id": f"00000000-0000-4000-8000-{number:012}", "actor": {"account": {"homePage": home, "name": person}},
        "verb": {"id": "https://w3id.org/xapi/video/verbs/paused"}, "object": {"id": step},
        "result": {"extensions": said}, **more,
    }  # fmt: skip


def test_each_fact_is_a_statement_and_a_done_step_another(run, seen, house, session, tmp_path):
    for name in ("first.jsonl", "again.jsonl.gz"):
        code, _output, errors = run("statements", "--out", str(tmp_path / name))
        assert (code, errors) == (0, ["3 statements written."])
    lines = (tmp_path / "first.jsonl").read_text().splitlines()
    with gzip.open(tmp_path / "again.jsonl.gz", "rt") as again:
        assert again.read().splitlines() == lines  # The ids too: sent twice, they are the same.
    first, second, done = map(json.loads, lines)
    assert second["result"]["extensions"][f"{EXTENSION}played-segments"] == "30[.]60[,]65[.]95"
    assert second["result"]["extensions"][f"{EXTENSION}progress"] == 0.6
    assert second["result"]["extensions"][f"{EXTENSION}time"] == 95
    context = first["context"]["extensions"]
    assert (context[f"{EXTENSION}length"], context[f"{EXTENSION}completion-threshold"]) == (100, 0.9)
    assert context[f"{EXTENSION}speed"] == "1.5x" and context[f"{EXTENSION}session-id"]
    assert first["actor"] == {
        "objectType": "Agent", "account": {"homePage": BASE, "name": house.learner.public_id},
    }  # fmt: skip
    assert done["verb"]["id"] == "http://adlnet.gov/expapi/verbs/completed" and done["result"]["completion"] is True
    assert len({one["id"] for one in (first, second, done)}) == 3
    assert run("statements", "--out", "-", "--since", "2100-01-01")[1] == []
    assert len(run("statements", "--out", "-", "--cohort", house.cohort.public_id)[1]) == 3
    assert run("statements", "--out", "-", "--cohort", house.other_cohort.public_id)[1] == []
    assert run("statements", "--out", "-", "--cohort", "nowhere")[0] == 1


def test_a_revoked_fact_is_no_statement_and_the_own_ones_are_known(run, seen, house, session, tmp_path):
    step, people = house.steps["recording"], [house.learner.id]
    fact = session.scalars(sa.select(Watching.id)).first()
    file = tmp_path / "all.jsonl"
    run("statements", "--out", str(file))
    assert run("import-statements", str(file))[1][:3] == [
        "0 new reports of watching.", "2 were here already.", "1 says nothing of what was watched.",
    ]  # fmt: skip
    actions.revoke_facts(session, step, people, [fact], by=house.trainer, why="Erreur", now=NOW)
    session.commit()
    assert len(run("statements", "--out", "-")[1]) == 2


def test_good_lines_are_kept_once_and_the_others_are_named(run, house, session, version, tmp_path):
    step, person = f"{BASE}/steps/{house.steps['recording'].public_id}", house.learner.public_id
    lines = [
        json.dumps(statement(person, step, "0[.]50[,]60")),
        "no JSON",
        json.dumps(statement("nobody", step, "0[.]50", 2)),
        json.dumps(statement(person, f"{BASE}/steps/none", "0[.]50", 3)),
        json.dumps(statement(person, step, "50[.]20", 4)),
        json.dumps(statement(person, step, "0[.]x", 5)),
        json.dumps(statement(person, step, "0[.]50", 6, home="http://elsewhere.example")),
        json.dumps({"verb": "initialized"}),
        json.dumps(statement(person, step, "40[.]950", 7) | {"id": "7"}),
        json.dumps(statement(person, step, "40[.]950", 8)),
        json.dumps(statement(person, step, "0[.]50[,]60")),
    ]
    file = tmp_path / "statements.jsonl"
    file.write_text("\n".join(lines))
    code, output, errors = run("import-statements", "--dry-run", str(file))
    assert code == 1 and output[0] == "2 new reports of watching."
    assert session.scalar(sa.select(sa.func.count(Watching.id))) == 0
    code, output, errors = run("import-statements", str(file))
    assert [line.split(":")[0] for line in errors] == [f"Line {n}" for n in (2, 3, 4, 5, 6, 7, 9)]
    assert output == [
        "2 new reports of watching.", "1 was here already.", "1 says nothing of what was watched.", "7 were refused.",
        "1 step is done by it.",
    ]  # fmt: skip
    kept = session.execute(sa.select(Coverage.klass, Coverage.ranges)).all()
    assert kept == [(rules.OFFLINE, [[0, 100]])]
    assert session.scalar(sa.select(sa.func.count(Completion.id))) == 1
    assert run("import-statements", str(file))[1][:2] == ["0 new reports of watching.", "3 were here already."]
    assert all(equal for *_, equal in actions.rebuild(session))


@pytest.mark.parametrize("form", ["list", "store", "pretty", "packed", "broken"])
def test_files_come_in_several_forms(run, house, session, version, tmp_path, form):
    one = statement(house.learner.public_id, f"{BASE}/steps/{house.steps['recording'].public_id}", "0[.]50")
    file, packed = tmp_path / "file", gzip.compress(f"{json.dumps(one)}\n".encode() * 3)
    file.write_bytes({
        "list": json.dumps([one]).encode(), "store": json.dumps({"statements": [one], "more": ""}).encode(),
        "pretty": b"\xef\xbb\xbf" + json.dumps(one, indent=2).encode(), "packed": packed, "broken": packed[:-12],
    }[form])  # fmt: skip
    code, output, errors = run("import-statements", str(file))
    assert (code, len(errors)) == ((1, 1) if form == "broken" else (0, 0)), errors
    assert output[0].startswith(("1 new", "0 new") if form == "broken" else "1 new")


@pytest.mark.shared
def test_real_statements_of_another_player_are_taken_in(run, house, session, version, shared_data):
    with gzip.open(shared_data / "watch" / "statements.jsonl.gz", "rt", encoding="utf-8") as file:
        said = [one for one in map(json.loads, file) if f"{EXTENSION}played-segments" in str(one)]
    person, activity = said[0]["actor"]["account"]["name"], said[0]["object"]["id"]
    code, output, _errors = run(
        "import-statements", str(shared_data / "watch" / "statements.jsonl.gz"), "--person", f"{person}=learner",
        "--step", f"{activity}={house.steps['recording'].public_id}",
    )  # fmt: skip
    assert code == 1 and int(output[0].split()[0]) >= 1, output
