"""Pages cost the same number of SQL statements however many learners, posts and steps there are."""

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.people.models import Login, Membership, Person
from app.people.rules import Role
from media.models import Recording, Rendition, Version
from modules.cases.actions import posts, threads
from modules.models import Assignment, Module, ModuleTitle, RuleVersion, Step, StepTitle
from quizzes.actions import answering, editing, taking
from quizzes.rules.kinds import Kind
from tests.house.rooms import Rooms

MORE = 8
MOST_STATEMENTS = 15  # One is of each room that says how people stand in steps of its kind.
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE", "SET ")


def test_statements_stay_constant_when_the_house_grows(
    session: Session, rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]], asked: list[str]
) -> None:
    few = _costs(rooms, everybody, asked)
    _grow(session, rooms)
    many = _costs(rooms, everybody, asked)
    grown = {page: (few[page], many[page]) for page in few if many[page] > few[page]}
    assert not grown, f"statements before and after: {grown}"
    heavy = {page: count for page, count in many.items() if count > MOST_STATEMENTS}
    assert not heavy, heavy


def _costs(rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]], asked: list[str]) -> dict[tuple[str, str], int]:
    costs = {}
    for role, paths in _pages(rooms).items():
        client = everybody[role]
        for path in paths:
            door = client["api" if path.startswith("/api/") else "pages"]
            for _ in range(2):  # The first view of a thread also writes what was read.
                asked.clear()
                answer = door.get(path)
                assert answer.status_code == 200, (role, path, answer.status_code)
            costs[role, path] = sum(not statement.startswith(CONTROL) for statement in asked)
    return costs


def _pages(rooms: Rooms) -> dict[str, list[str]]:
    house = rooms.house
    step = f"/steps/{house.steps['recording'].public_id}"
    module = f"/modules/{house.module.public_id}"
    thread = f"/threads/{rooms.thread.public_id}"
    case = f"/cases/{rooms.case.public_id}"
    cohort = f"/cohorts/{house.cohort.public_id}"
    return {
        "learner": [
            "/", "/modules", module, step, f"/quizzes/{house.steps['quiz'].public_id}",
            f"/attempts/{rooms.attempt.public_id}/questions/1", "/cases", case, f"{case}/discussion", thread,
            "/api/v1/modules", f"/api/v1{thread}/posts",
        ],
        "trainer": ["/", "/cohorts", cohort, "/grading", "/grading?state=ready", thread, f"/api/v1{cohort}/progress"],
        "admin": [
            "/", "/recordings", "/people", "/cohorts", "/cohorts?archived=1", f"{cohort}/people", f"{cohort}/modules",
            "/manage/modules", f"/manage{module}", "/api/v1/recordings",
        ],
    }  # fmt: skip


def _grow(session: Session, rooms: Rooms) -> None:
    now = datetime.now(UTC)
    for number in range(MORE):
        learner = _learner(session, rooms, number, now)
        draft = posts.Draft("experience", f"Texte d’exemple {number}", "fr")
        posts.write(session, rooms.thread, rooms.case, draft, author=learner, now=now, parent=rooms.post)
        threads.open_thread(
            session, rooms.case, rooms.house.cohort.id, title=f"Fil {number}", stage=None, by=learner, now=now
        )
        _module(session, rooms, number, now)
        _recording(session, number, now)
    quiz_step = rooms.house.steps["quiz"]
    editing.add_question(
        session, quiz_step, editing.Draft(Kind.OPEN, "fr", "Encore ?", 1, {}), rooms.house.trainer, now=now
    )
    session.commit()


def _learner(session: Session, rooms: Rooms, number: int, now: datetime) -> Person:
    learner = Person(name=f"Participant·e {number}", language="fr", created_at=now)
    session.add(learner)
    session.flush()
    cohort_id = rooms.house.cohort.id
    session.add(Login(person_id=learner.id, kind="username", shown=f"more{number}", folded=f"more{number}"))
    session.add(Membership(person_id=learner.id, cohort_id=cohort_id, role=Role.LEARNER, since=now))
    quiz = editing.set_terms(
        session, rooms.house.steps["quiz"], editing.Terms("fr", "", 0.5, 3, None, True), rooms.house.trainer, now=now
    )
    attempt = taking.start(session, quiz, learner, now=now)
    answering.save(session, attempt, [answering.Sent(1, "Texte d’exemple")], now=now)
    taking.submit(session, attempt, now=now)
    return learner


def _module(session: Session, rooms: Rooms, number: int, now: datetime) -> None:
    house = rooms.house
    module = Module(cycle_id=house.cycle.id, position=number + 2, number=str(number + 2), created_at=now)
    session.add(module)
    session.flush()
    session.add(ModuleTitle(module_id=module.id, lang="fr", title=f"Module {number}"))
    for owner in (module, house.module):
        step = Step(
            module_id=owner.id, position=number + 10, kind="recording", recording_id=rooms.recording.id, created_at=now
        )
        session.add(step)
        session.flush()
        session.add(StepTitle(step_id=step.id, lang="fr", title=f"Étape {number}"))
    terms = RuleVersion(module_id=module.id, number=1, at=now)
    session.add(terms)
    session.flush()
    session.add(
        Assignment(
            cohort_id=house.cohort.id, module_id=module.id, rule_version_id=terms.id, at=now,
            opens_at=now - timedelta(days=1), due_at=now + timedelta(days=9),
        )
    )  # fmt: skip


def _recording(session: Session, number: int, now: datetime) -> None:
    recording = Recording(title=f"Film {number}", created_at=now)
    session.add(recording)
    session.flush()
    version = Version(
        recording_id=recording.id,
        number=1,
        state="ready",
        state_at=now,
        shown_at=now,
        key=f"film{number}",
        duration=60,
        created_at=now,
    )
    session.add(version)
    session.flush()
    session.add(
        Rendition(
            version_id=version.id, name="240p", kind="video", width=426, height=240, bytes=1000, bandwidth=100_000,
            average_bandwidth=90_000, codecs="avc1.4d4015", key=f"film{number}/240p.mp4",
        )
    )  # fmt: skip
