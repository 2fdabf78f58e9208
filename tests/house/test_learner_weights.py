"""Pages of modules and cohorts ask the database as often for sixty learners as for one."""

from datetime import UTC, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.people.models import Membership, Person
from app.people.rules import Role
from modules import actions
from modules.models import Completion, Coverage
from tests.house.rooms import Rooms
from tests.house.test_weights import CONTROL, MOST_STATEMENTS

MORE = 12
PREVIEW = 19  # The rules of a module, with whom another version would make done in every cohort that has it.
NOW = datetime.now(UTC)


def test_module_pages_ask_no_more_when_a_cohort_grows(
    session: Session, rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]], asked: list[str]
) -> None:
    actions.set_threshold(session, rooms.house.steps["recording"], 0.5, now=NOW, by=rooms.house.admin)
    _learners(session, rooms, 1)
    few = _costs(rooms, everybody, asked)
    _learners(session, rooms, MORE)
    many = _costs(rooms, everybody, asked)
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
    most = {page: PREVIEW if page[1].endswith("/rules") else MOST_STATEMENTS for page in many}
    assert {page: count for page, count in many.items() if count > most[page]} == {}


def test_newer_rules_cost_no_more_when_a_cohort_grows(
    session: Session, rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]], asked: list[str]
) -> None:
    house, costs = rooms.house, []
    for number, more in enumerate((2, MORE), start=2):
        actions.set_threshold(session, house.steps["recording"], 1 - number / 10, now=NOW, by=house.admin)
        _learners(session, rooms, more, seen=1.05 - number / 10)
        asked.clear()
        url = f"/cohorts/{house.cohort.public_id}/modules/{house.module.public_id}/rules"
        assert everybody["trainer"]["pages"].post(url, data={"number": number}).status_code == 303
        costs.append(_count(asked))
    done = sa.select(sa.func.count()).select_from(Completion).where(Completion.step_id == house.steps["recording"].id)
    assert session.scalar(done) == MORE + 2
    assert costs[1] <= costs[0]


def _costs(rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]], asked: list[str]) -> dict[tuple[str, str], int]:
    costs = {}
    for role, paths in _pages(rooms).items():
        for path in paths:
            for _ in range(2):
                asked.clear()
                assert everybody[role]["pages"].get(path).status_code == 200, (role, path)
            costs[role, path] = _count(asked)
    return costs


def _pages(rooms: Rooms) -> dict[str, list[str]]:
    house, steps = rooms.house, {kind: step.public_id for kind, step in rooms.house.steps.items()}
    module, cohort = f"/modules/{house.module.public_id}", f"/cohorts/{house.cohort.public_id}"
    led = [
        "/", "/modules", module, "/cohorts", cohort, f"{cohort}/progress.csv", f"{cohort}{module}/rules",
        f"{cohort}{module}/steps",
        f"{cohort}/days/{steps['in_person']}", f"{cohort}/learners/{house.learner.public_id}", "/manage/modules",
        f"/manage{module}", f"/manage/steps/{steps['in_person']}/dates", f"/manage/steps/{steps['recording']}",
    ]  # fmt: skip
    own = ["/", "/modules", module, *(f"/steps/{steps[kind]}" for kind in ("recording", "page", "in_person", "file"))]
    return {"learner": own, "trainer": led, "admin": [*led, f"{cohort}/modules", f"{cohort}{module}"]}


def _learners(session: Session, rooms: Rooms, count: int, seen: float = 0.2) -> None:
    """More learners who have seen this share of the recording and were there on the day."""
    house = rooms.house
    for number in range(count):
        person = Person(name=f"Participant·e {number}", language="fr", created_at=NOW)
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=NOW))
        session.add(
            Coverage(
                person_id=person.id, step_id=house.steps["recording"].id, version_id=rooms.version.id,
                ranges=[[0, 60 * seen]], seconds=60 * seen, position=5.0, position_at=NOW,
            )
        )  # fmt: skip
        actions.complete(session, house.steps["in_person"], person, now=NOW, source="trainer", by=house.trainer)
    session.commit()


def _count(asked: list[str]) -> int:
    return sum(not statement.startswith(CONTROL) for statement in asked)
