"""The page of operations and `flask jobs`: what runs, what waits and why, what failed, and who works."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.operations import actions as signs
from app.operations import commands, kinds, queries
from app.operations.kinds import Standing
from media import actions, uploads
from media.leases import VERSIONS
from media.models import Recording, Replacement, SpeechDraft, Version
from media.rules import Origin, Reason, Stage, State
from tests.world import World

BELL = VERSIONS.bell
SIGN = signs.Sign(release="0014", at_once=2, cores=4, load=0.5, free=10**12)


@pytest.fixture
def make(app: Flask, session: Session, house: World) -> Any:
    """`make(state, title, …)` gives a version of which the file is here."""

    def made(state: State, title: str, **values: Any) -> Version:
        now = datetime.now(UTC)
        version = actions.create(session, house.admin, app.config["HOUSE"], title=title, size=3, now=now)
        uploads.part(app.config["HOUSE"], version.public_id).write_bytes(b"123")
        version.state = state
        for name, value in values.items():
            setattr(version, name, value)
        session.commit()
        return version

    return made


@pytest.fixture(autouse=True)
def english(session: Session, house: World) -> None:
    """The administrator reads English."""
    house.admin.language = "en"
    session.commit()


@pytest.fixture
def work(make: Any) -> dict[str, Version]:
    """One job of each standing, an older failure, and what is no job."""
    now = datetime.now(UTC)
    return {
        "runs": make(State.TRANSCODING, "Runs", progress=0.4, eta_s=65, worker="one:17", attempt=2, token="t",
                     lease_until=now + timedelta(minutes=1)),
        "waits": make(State.RECEIVED, "Waits"),
        "later": make(State.RECEIVED, "Later", reason=Reason.STORAGE, next_try_at=now + timedelta(hours=1), attempt=1),
        "room": make(State.RECEIVED, "Room", reason=Reason.NO_ROOM, next_try_at=now + timedelta(hours=1)),
        "failed": make(State.FAILED, "Fails", reason=Reason.INTERRUPTED, attempt=5),
        "wrong": make(State.FAILED, "Wrong", reason=Reason.NOT_A_RECORDING, attempt=1),
        "older": make(State.FAILED, "Older", reason=Reason.BROKEN, state_at=now - timedelta(days=8)),
        "ready": make(State.READY, "Ready"),
        "sent": make(State.UPLOADING, "Sent"),
    }  # fmt: skip


def test_everything_that_runs_waits_or_failed_lately_is_listed_with_its_acts(
    work: dict[str, Version], house: World, sign_in: Any, page: Any
) -> None:
    tree = page(sign_in(house.admin), "/operations")
    rows = {row.findtext(".//bdi"): " ".join("".join(row.itertext()).split()) for row in tree.iter("li")
            if row.get("class") == "upload"}  # fmt: skip
    assert list(rows) == ["Runs", "Waits", "Later", "Room", "Wrong", "Fails"]
    assert all(word in rows["Runs"] for word in ("40", "1 min", "attempt 2", "one:17", "Cancel", "other sizes"))
    assert "Try" not in rows["Runs"]
    assert "waits for a free worker. Place in the queue: 1." in rows["Waits"] and "Try" not in rows["Waits"]
    assert "last try failed" in rows["Later"] and "Next try:" in rows["Later"] and "Try now" in rows["Later"]
    assert "waits for disk space" in rows["Room"] and "Try now" in rows["Room"]
    assert "Try again" in rows["Fails"] and "Cancel" not in rows["Fails"]
    assert "neither a video" in rows["Wrong"] and "Try" not in rows["Wrong"]


def test_what_the_server_will_make_itself_waits_and_who_lets_others_pass_says_so(
    make: Any, house: World, sign_in: Any, page: Any
) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=1)  # When its bell is rung again, in case it was lost.
    make(State.UPLOADING, "Drawn", origin=Origin.SERVER, next_try_at=soon)
    make(State.TRANSCODING, "Stands", reason=Reason.LETS_PASS, token="t")
    text = " ".join("".join(page(sign_in(house.admin), "/operations").itertext()).split())
    assert "The workers have nothing to do" not in text and "to be made by the server" in text
    assert "It can be watched. Its other sizes are made after a few shorter recordings." in text
    make(State.RECEIVED, "Long", duration=7200.0)
    text = "".join(page(sign_in(house.admin), "/operations").find(".//section[@id='jobs']").itertext())
    assert text.index("Long") < text.index("Drawn"), "what can be watched is not kept waiting by what is to be drawn"
    assert "Place in the queue: 2." in text and "Next try" not in text


def test_an_operator_tries_again_now_and_cancels(
    app: Flask, session: Session, work: dict[str, Version], house: World, sign_in: Any
) -> None:
    client, ids = sign_in(house.admin), {name: version.public_id for name, version in work.items()}
    for name in ("later", "room", "failed"):
        url = f"/operations/{BELL}/{ids[name]}/retry"
        assert client.post(url).status_code == 303
        session.refresh(work[name])
        assert (work[name].state, work[name].next_try_at, work[name].reason) == (State.RECEIVED, None, None)
        assert work[name].attempt == 0
        session.rollback()
    for name, act in (("wrong", "retry"), ("runs", "retry"), ("waits", "retry"), ("wrong", "cancellation")):
        assert client.post(f"/operations/{BELL}/{ids[name]}/{act}").status_code == 409
    assert client.get(f"/operations/{BELL}/{ids['wrong']}/cancellation").status_code == 409, "it has ended"
    url = f"/operations/{BELL}/{ids['runs']}/cancellation"
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 303
    session.refresh(work["runs"])
    assert (work["runs"].state, work["runs"].token) == (State.CANCELLED, None)
    session.rollback()
    assert client.post(url).status_code == 404, "what has ended is no job any more"
    assert client.get(f"/operations/{BELL}/{ids['older']}/cancellation").status_code == 404
    assert client.post(f"/operations/other/{ids['waits']}/retry").status_code == 404
    for stranger in (house.trainer, house.learner):
        assert sign_in(stranger).post(f"/operations/{BELL}/{ids['waits']}/cancellation").status_code == 403


def test_workers_are_shown_with_their_last_sign(
    session: Session, house: World, sign_in: Any, page: Any, work: dict[str, Version]
) -> None:
    client = sign_in(house.admin)
    tree = page(client, "/operations")
    assert "No worker is alive" in "".join(tree.find(".//div[@id='standing']").itertext())
    now = jobs.time_of(session)
    signs.sign(session, "one:17", now - timedelta(hours=2), SIGN, now)
    signs.sign(session, "two:18", now - timedelta(hours=2), SIGN, now - timedelta(minutes=5))
    session.commit()
    tree = page(client, "/operations")
    assert "No worker is alive" not in "".join(tree.find(".//div[@id='standing']").itertext())
    said = {row.findtext("th/bdi"): "".join(row.itertext()) for row in tree.iter("tr")}
    assert "alive" in said["one:17"] and "no sign" in said["two:18"]
    assert "1,000" in said["one:17"]


def test_a_queue_that_is_down_is_said(app: Flask, house: World, sign_in: Any, page: Any, tmp_path: Any) -> None:
    client, before = sign_in(house.admin), app.extensions["queue"]
    down = Config(secret_key="x" * 40, data_dir=tmp_path, queue_url="redis://127.0.0.1:1/0")
    jobs.init_app(app, down)
    try:
        tree = page(client, "/operations")
    finally:
        app.extensions["queue"] = before
    assert "queue does not answer" in "".join(tree.find(".//div[@id='standing']").itertext())


def test_an_empty_page_says_so_and_more_jobs_cost_no_more_statements(
    house: World, sign_in: Any, page: Any, make: Any, statements: Any, monkeypatch: Any
) -> None:
    client = sign_in(house.admin)
    assert page(client, "/operations").find(".//section[@id='jobs']//div[@class='empty']") is not None
    few = statements(lambda: client.get("/operations"))
    for number in range(queries.PAGE + 2):
        make(State.RECEIVED, f"Recording {number}")
    assert statements(lambda: client.get("/operations")) == few
    assert few <= 6, "the viewer, the band, the shared clock, the counts, the jobs, the workers"
    second = page(client, "/operations?page=2")
    assert len([row for row in second.iter("li") if row.get("class") == "upload"]) == 2


def test_a_comparison_of_two_files_is_a_job_too(
    session: Session, house: World, make: Any, sign_in: Any, page: Any
) -> None:
    now, client = datetime.now(UTC), sign_in(house.admin)
    old, new = make(State.READY, "Old", shown_at=datetime.now(UTC)), make(State.READY, "New")
    row = Replacement(recording_id=new.recording_id, from_version_id=old.id, version_id=new.id, created_at=now,
                      state_at=now, stage=Stage.WAITING, next_try_at=now + timedelta(hours=1), attempt=1)  # fmt: skip
    session.add(row)
    session.commit()
    url = f"/operations/media.compare/{session.get_one(Recording, new.recording_id).public_id}"
    session.rollback()
    text = "".join(page(client, "/operations").find(".//section[@id='jobs']").itertext())
    assert "New" in text and "Comparison" in text and "Try now" in text
    assert client.post(f"{url}/retry").status_code == 303
    assert _fresh(session, row).next_try_at is None and jobs.queue().huey.pending_count() > 0
    session.rollback()
    assert "Both files stay" in client.get(f"{url}/cancellation").text
    assert client.post(f"{url}/cancellation").status_code == 303
    assert _fresh(session, row).stage is Stage.STOPPED
    row.stage, row.attempt = Stage.FAILED, 3
    session.commit()
    text = "".join(page(client, "/operations").find(".//section[@id='jobs']").itertext())
    assert "could not be compared" in text and "Try again" in text
    assert client.post(f"{url}/retry").status_code == 303
    assert (_fresh(session, row).stage, row.attempt) == (Stage.WAITING, 0)
    session.rollback()


def test_a_draft_of_subtitles_is_a_job_too(session: Session, house: World, make: Any, sign_in: Any, page: Any) -> None:
    now, client, version = datetime.now(UTC), sign_in(house.admin), make(State.READY, "Spoken")
    common = {
        "version_id": version.id,
        "language": "fr",
        "created_at": now,
        "state_at": now,
        "created_by_id": house.admin.id,
    }
    old = SpeechDraft(**common, stage="failed", attempt=3, ended_at=now)
    row = SpeechDraft(**common, stage="waiting", attempt=1, next_try_at=now + timedelta(hours=1))
    session.add_all([old, row])
    session.commit()
    url = f"/operations/media.speech/{version.public_id}-fr"

    def rows() -> list[str]:
        tree = page(client, "/operations")
        return ["".join(each.itertext()) for each in tree.iter("li") if each.get("class") == "upload"]

    assert ["Try now" in text and "Spoken" in text for text in rows()] == [True], "the older failure is over"
    assert client.post(f"{url}/retry").status_code == 303
    assert _fresh(session, row).next_try_at is None
    session.rollback()
    assert client.post(f"{url}/cancellation").status_code == 303
    assert _fresh(session, row).stage == "cancelled"
    row.stage = "failed"
    session.commit()
    assert ["could not be drafted" in text for text in rows()] == [True]
    assert client.post(f"{url}/retry").status_code == 303
    assert (_fresh(session, row).stage, row.attempt, row.ended_at) == ("waiting", 0, None)
    session.rollback()


def _fresh(session: Session, row: Any) -> Any:
    session.rollback()
    session.refresh(row)
    return row


def test_any_kind_that_declares_itself_is_listed(
    session: Session, house: World, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(State.RECEIVED, "Conversion")
    other = replace(kinds.KINDS[BELL], name="other", rows=lambda: _renamed(kinds.KINDS[BELL].rows()))
    monkeypatch.setitem(kinds.KINDS, "other", other)
    for cached in (queries._counts, queries._page):
        cached.cache_clear()
    page = queries.page_of(session, datetime.now(UTC))
    for cached in (queries._counts, queries._page):
        cached.cache_clear()
    assert [line.kind for line in page.lines] == [BELL, "other"] or {line.kind for line in page.lines} == {
        BELL,
        "other",
    }
    assert page.counts == {Standing.WAITING: 2}


def _renamed(rows: Any) -> Any:
    own = rows.subquery()
    return sa.select(sa.literal("other").label("kind"), *list(own.c)[1:])


def test_the_command_line_lists_shows_retries_and_cancels(
    app: Flask, session: Session, work: dict[str, Version], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {name: version.public_id for name, version in work.items()}
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    runner = app.test_cli_runner()

    def jobs_(*words: str) -> tuple[int, str]:
        done = runner.invoke(args=["jobs", *words])
        return done.exit_code, done.output.replace("\xa0", " ")

    code, listed = jobs_("list")
    assert code == 0 and "Runs" in listed and "Older" not in listed
    assert f"{ids['room']}\tConversion\tWaiting\t0%\t\tRoom\tIt waits for disk space" in listed
    assert f"{ids['runs']}\tConversion\tIn progress – other sizes\t40%\t1 min 05 s left\tRuns\t\n" in listed
    assert (
        f"{ids['waits']}\tConversion\tWaiting\t0%\t\tWaits\tIt waits for a free worker. Place in the queue: 1.\n"
        in listed
    )
    code, shown = jobs_("show", ids["runs"])
    assert code == 0 and "Worker\tone:17" in shown and "Attempt\t2" in shown
    assert jobs_("show", "unknown") == (1, "Error: No job unknown runs, waits or failed in the last days.\n")
    assert jobs_("retry", ids["failed"])[0] == 0
    code, refused = jobs_("retry", ids["wrong"])
    assert (code, refused) == (1, "Error: The file is no longer here: send it again.\n")
    assert jobs_("cancel", ids["waits"])[0] == 0
    session.rollback()
    for name in ("failed", "waits"):
        session.refresh(work[name])
    assert (work["failed"].state, work["waits"].state) == (State.RECEIVED, State.CANCELLED)
    session.rollback()
    assert jobs_("cancel", ids["failed"])[0] == 0 and jobs_("nothing")[0] == 2
    assert jobs_("workers") == (1, "Error: No worker is alive.\n")
    signs.sign(session, "one:17", datetime.now(UTC), SIGN, jobs.time_of(session))
    session.commit()
    code, workers = jobs_("workers")
    assert code == 0 and workers.startswith("one:17\talive\t")
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert "Essayer" not in jobs_("list")[1] and "En attente" in jobs_("list")[1]
    assert jobs_("sweep")[0] == 0


def test_the_list_of_the_command_line_is_whole_and_keeps_nobody_from_writing(
    app: Flask, session: Session, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        make(State.RECEIVED, name)
    monkeypatch.setattr(commands, "AT_ONCE", 2)
    session.execute(sa.update(Version).values(file_name="somebody writes"))
    done = app.test_cli_runner().invoke(args=["jobs", "list"])
    session.rollback()
    assert done.exit_code == 0
    assert sorted(line.split("\t")[5] for line in done.stdout.splitlines()) == ["a", "b", "c"]


@pytest.fixture
def kinds_of_work(session: Session, house: World, make: Any) -> dict[str, str]:
    """A comparison and a draft that run, and each that failed: the ids by which the command line finds them."""
    now, ids = datetime.now(UTC), dict[str, str]()
    running = {"progress": 0.5, "eta_s": 120.0, "worker": "two:18", "token": "t", "attempt": 1}
    running["lease_until"] = now + timedelta(minutes=1)
    failed = {"attempt": 3, "reason": Reason.INTERRUPTED}
    stages = {"runs": (Stage.COMPARING, "working", running), "failed": (Stage.FAILED, "failed", failed)}
    for name, (comparing, drafting, told) in stages.items():
        old, new = make(State.READY, f"Old {name}", shown_at=now), make(State.READY, f"New {name}")
        files = {"from_version_id": old.id, "version_id": new.id, "recording_id": new.recording_id}
        stamps = {"created_at": now, "state_at": now}
        session.add(Replacement(**files, **stamps, stage=comparing, **told))
        ended = {"ended_at": now} if name == "failed" else {}
        draft = {"version_id": new.id, "language": "ar", "created_by_id": house.admin.id}
        session.add(SpeechDraft(**draft, **stamps, stage=drafting, **told, **ended))
        ids |= {f"comparison {name}": session.get_one(Recording, new.recording_id).public_id}
        ids |= {f"draft {name}": f"{new.public_id}-ar"}
    session.commit()
    return ids


RUNS = {"en": "there is nothing to try again.", "fr": "il n’y a rien à réessayer."}
ENDED = {"en": "there is nothing to cancel.", "fr": "il n’y a rien à annuler."}
WAITS = {"en": "waits for its turn already.", "fr": "attend déjà son tour."}
AGAIN = {"en": "when its turn has come.", "fr": "quand son tour est venu."}
CANCELLED = {"en": "This job is cancelled.", "fr": "Ce travail est annulé."}
STAGES = {
    "comparison": {"en": "reading both files", "fr": "lecture des deux fichiers"},
    "draft": {"en": "العربية", "fr": "العربية"},
}
NONE = {"en": "Error: No job nothing-ar runs", "fr": "Erreur : Aucun travail nothing-ar n’est en cours"}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ["comparison", "draft"])
def test_the_command_line_knows_each_kind_in_the_language_of_the_terminal(
    app: Flask, kinds_of_work: dict[str, str], monkeypatch: pytest.MonkeyPatch, kind: str, language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", f"{language}.UTF-8")
    runs, failed = kinds_of_work[f"{kind} runs"], kinds_of_work[f"{kind} failed"]

    def jobs_(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["jobs", *words])
        return done.exit_code, done.output.replace("\xa0", " ").strip()

    code, shown = jobs_("show", runs)
    assert code == 0 and all(word in shown for word in ("two:18", "50", "2 min", STAGES[kind][language]))
    (listed,) = [line.split("\t") for line in jobs_("list")[1].splitlines() if line.startswith(f"{runs}\t")]
    assert (len(listed), listed[5], "2 min" in listed[4]) == (7, "New runs", True)
    for verb in ("show", "retry", "cancel"):
        code, said = jobs_(verb, "nothing-ar")
        assert code == 1 and said.startswith(NONE[language])
        assert jobs_(verb)[0] == 2
    for words, exit_code, sentence in (
        (("retry", runs), 1, RUNS),
        (("cancel", failed), 1, ENDED),
        (("retry", failed), 0, AGAIN),
        (("retry", failed), 1, WAITS),
        (("cancel", failed), 0, CANCELLED),
        (("cancel", runs), 0, CANCELLED),
    ):
        code, said = jobs_(*words)
        assert (code, said.endswith(sentence[language])) == (exit_code, True), (words, said)
    assert jobs_("cancel", runs)[0] == 1
