"""flask modules coverage and flask modules rebuild, as somebody types them."""

import gzip
import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from media.models import Recording, TimeMap, Version
from media.rules import State
from modules import access, actions, rules
from modules.actions import Report
from modules.models import Completion, Coverage

NOW = datetime.now(UTC)
VIDEO = "https://w3id.org/xapi/video/extensions/"


@pytest.fixture
def run(app, session):
    """Run a command of the room with these lines on its standard input; its lines of output."""

    def invoke(*words, lines=(), code=0):
        session.rollback()  # Or the command waits for the test's own session.
        result = app.test_cli_runner().invoke(args=["modules", *words], input="\n".join(lines))
        assert result.exit_code == code, result.output
        return result.output.splitlines()

    return invoke


@pytest.fixture
def files(house, session):
    """Two files of the recording on the step: 100 s, then 50 s."""
    recording = Recording(title="Enregistrement", created_at=NOW)
    session.add(recording)
    session.flush()
    made = [
        Version(
            recording_id=recording.id,
            number=n,
            state=State.READY,
            state_at=NOW,
            created_at=NOW,
            duration=length,
            shown_at=NOW,
        )
        for n, length in ((1, 100.0), (2, 50.0))
    ]
    session.add_all(made)
    house.steps["recording"].recording_id = recording.id
    session.commit()
    return made


@pytest.fixture
def watch(session, house):
    """Report watching of a file and commit."""

    def report(version, *segments):
        step_id = house.steps["recording"].public_id
        at = access.watchable_for(session, house.learner, step_id, NOW, version.public_id)
        actions.watch(session, at, house.learner, Report(actions.played([list(s) for s in segments])), now=NOW)
        session.commit()

    return report


def test_coverage_says_what_was_seen_of_each_line(run):
    lines = [
        '{"duration": 100, "segments": [[0, 10], [5, 20], [90, 500]]}',
        "",
        '{"duration": 60, "segments": []}',
    ]
    assert [json.loads(line) for line in run("coverage", lines=lines)] == [
        {"covered": 30.0, "missing": [[20, 90]], "fraction": 0.3},
        {"covered": 0, "missing": [[0, 60]], "fraction": 0.0},
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"duration": 60, "segments": [[0, NaN]]}', "a time is not a number."),
        ('{"duration": 60, "segments": [[9, 8]]}', "a passage ends before it begins."),
        ('{"duration": 60, "segments": [["a", "b"]]}', "a time is not a number."),
        ('{"duration": 60, "segments": [[0, 1' + "0" * 400 + "]]}", "a time is not a number."),
        ('{"duration": 60, "segments": [[0, 1, 2]]}', "the segments are no list of pairs of a start and an end."),
        ('{"duration": 60, "segments": ["ab"]}', "the segments are no list of pairs of a start and an end."),
        ('{"duration": 60, "segments": 7}', "the segments are no list of pairs of a start and an end."),
        ('{"duration": 60, "segments": ' + str([[0, 1]] * 20_001) + "}", "there are more than 20,000 passages."),
        ('{"duration": NaN, "segments": []}', "the duration is no length in seconds."),
        ('{"duration": -1, "segments": []}', "the duration is no length in seconds."),
        ('{"duration": 1' + "0" * 400 + ', "segments": []}', "the duration is no length in seconds."),
        ('{"duration": "long", "segments": []}', "the duration is no length in seconds."),
        ('{"duration": true, "segments": []}', "the duration is no length in seconds."),
        ('{"segments": []}', "it does not name a duration and segments."),
        ("[]", "it does not name a duration and segments."),
        ("not JSON", "this is no JSON."),
        ("[" * 100_000, "this is no JSON."),
        (b'{"duration": 60, "segments": \xff}', "this is no JSON."),
    ],
)
def test_a_line_without_sense_is_named_and_the_others_are_answered(app, line, why):
    good, sent = b'{"duration": 10, "segments": [[0, 5]]}', line if isinstance(line, bytes) else line.encode()
    result = app.test_cli_runner().invoke(
        args=["modules", "coverage"], input=b"\n".join([good, b"", sent, good.replace(b"10", b"20")])
    )
    assert [json.loads(one)["fraction"] for one in result.stdout.splitlines()] == [0.5, 0.25]
    assert result.stderr == f"Line 3: {why}\n"
    assert result.exit_code == 1


@pytest.mark.shared
def test_coverage_agrees_with_real_traces_within_a_hundredth(run, shared_data):
    lines, told = [], []
    with gzip.open(shared_data / "watch" / "statements.jsonl.gz", "rt", encoding="utf-8") as statements:
        for statement in map(json.loads, statements):
            result = statement.get("result", {}).get("extensions", {})
            if VIDEO + "played-segments" not in result:
                continue
            length = result.get(VIDEO + "length") or statement["context"]["extensions"][VIDEO + "length"]
            segments = rules.parse_segments(result[VIDEO + "played-segments"])
            lines.append(json.dumps({"duration": length, "segments": segments}))
            told.append(result[VIDEO + "progress"])
    found = [json.loads(line) for line in run("coverage", lines=lines)]
    assert len(found) == len(told) > 2_000
    agree = sum(abs(one["fraction"] - progress) <= 0.01 for one, progress in zip(found, told, strict=True))
    assert agree / len(told) >= 0.985


def test_rebuild_says_whether_the_summaries_were_equal(run, files, watch, session):
    old, new = files
    watch(old, (0, 10))
    watch(new, (0, 20))
    assert run("rebuild") == ["2 summaries, all equal"]
    session.execute(sa.update(Coverage).where(Coverage.version_id == old.id).values(ranges=[[0, 99]]))
    session.commit()
    said = run("rebuild", code=1)
    assert said[-1] == "2 summaries, 1 differed" and "made again" in said[0]
    session.expire_all()
    assert session.scalars(sa.select(Coverage.ranges).order_by(Coverage.version_id)).all() == [[[0, 10]], [[0, 20]]]
    assert run("rebuild") == ["2 summaries, all equal"]


def test_rebuild_completes_what_a_later_time_map_carries(run, files, watch, session, house):
    old, new = files
    watch(old, (0, 60))
    assert run("rebuild") == ["1 summaries, all equal"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Completion)) == 0
    session.add(TimeMap(from_version_id=old.id, to_version_id=new.id, pieces=[[10, 60, 0]], at=NOW))
    session.commit()
    assert run("rebuild") == ["1 summaries, all equal", "1 completions added"]
    completion = session.scalars(sa.select(Completion)).one()
    assert (completion.person_id, completion.source) == (house.learner.id, "watching")
    assert run("rebuild") == ["1 summaries, all equal"]
