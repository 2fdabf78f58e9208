"""The small house that tests live in: every rule has somebody it allows and somebody it refuses."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.actions import sessions
from app.people.models import Administrator, Cohort, Login, Membership, Person
from app.people.rules import Role
from media import replacing
from media.models import Recording, Rendition, Replacement, Version
from media.rules import Stage, State
from modules.models import (
    Assignment,
    Cycle,
    CycleTitle,
    Module,
    ModuleTitle,
    RuleVersion,
    Sitting,
    Step,
    StepTitle,
)

PASSWORD = "demonstration"
KINDS = ("recording", "page", "quiz", "cases", "in_person", "file")


@dataclass
class World:
    """Rows by their role in the story. `cohort` has the module; `other_cohort` has nothing."""

    cycle: Cycle
    module: Module
    steps: dict[str, Step]  # by kind
    rules: RuleVersion
    cohort: Cohort
    other_cohort: Cohort
    learner: Person
    other_learner: Person  # learns in other_cohort
    trainer: Person
    other_trainer: Person  # trains other_cohort
    admin: Person


def build(session: Session, now: datetime) -> World:
    """Make the house; flushed, not committed."""
    cohort, other_cohort = (_cohort(session, name, now) for name in ("Cohort 1", "Cohort 2"))
    people = {
        "learner": _person(session, "learner", now, cohort, Role.LEARNER),
        "other_learner": _person(session, "other_learner", now, other_cohort, Role.LEARNER),
        "trainer": _person(session, "trainer", now, cohort, Role.TRAINER),
        "other_trainer": _person(session, "other_trainer", now, other_cohort, Role.TRAINER),
        "admin": _person(session, "admin", now),
    }
    session.add(Administrator(person_id=people["admin"].id, at=now))
    cycle = Cycle(created_at=now)
    session.add(cycle)
    session.flush()
    session.add(CycleTitle(cycle_id=cycle.id, lang="fr", title="Cycle hybride"))
    module = Module(cycle_id=cycle.id, position=1, number="1", created_at=now)
    session.add(module)
    session.flush()
    session.add(ModuleTitle(module_id=module.id, lang="fr", title="Module introductif"))
    steps = {kind: _step(session, module, position, kind, now) for position, kind in enumerate(KINDS, start=1)}
    rules = RuleVersion(module_id=module.id, number=1, at=now, terms={steps["recording"].public_id: {"coverage": 0.9}})
    session.add(rules)
    session.flush()
    session.add(
        Assignment(
            cohort_id=cohort.id, module_id=module.id, rule_version_id=rules.id, at=now,
            opens_at=now - timedelta(days=7), due_at=now + timedelta(days=30),
        )
    )  # fmt: skip
    session.add(
        Sitting(
            step_id=steps["in_person"].id, cohort_id=cohort.id, place="Salle 1",
            starts_at=now + timedelta(days=3), day=(now + timedelta(days=3)).date(),
        )
    )  # fmt: skip
    session.flush()
    return World(
        cycle=cycle, module=module, steps=steps, rules=rules, cohort=cohort, other_cohort=other_cohort, **people
    )


def signed_in(session: Session, person: Person) -> str:
    """A sign-in of this person, as the session cookie names it; flushed, not committed."""
    return sessions.begin(session, person, "Firefox, Linux", False, datetime.now(UTC)).public_id


def ready_recording(session: Session, step: Step, duration: float | None = 100.0, **more: Any) -> Version:
    """Hang a new recording on the step: its one version, ready, of so many seconds."""
    now = datetime.now(UTC)
    recording = Recording(title="Enregistrement", created_at=now)
    session.add(recording)
    session.flush()
    version = Version(
        recording_id=recording.id,
        number=1,
        state=State.READY,
        state_at=now,
        shown_at=now,
        created_at=now,
        duration=duration,
        **more,
    )
    session.add(version)
    session.flush()
    step.recording_id = recording.id
    return version


def another_file(
    session: Session, recording: Recording, pieces: list[list[float]], duration: float, now: datetime
) -> Replacement:
    """A newer file of the recording, ready and compared with this map: it waits for a yes."""
    number = 1 + len(session.scalars(select(Version.id).where(Version.recording_id == recording.id)).all())
    told = {"state": State.READY, "state_at": now, "created_at": now, "duration": duration}
    version = Version(recording_id=recording.id, number=number, **told)
    session.add(version)
    session.flush()
    row = replacing.propose(session, version.id, now)
    assert row is not None
    row.stage, row.pieces = Stage.FOUND, pieces
    session.flush()
    return row


def rendition(session: Session, version: Version, name: str = "240p", **more: Any) -> Rendition:
    """A size of the version, of which nothing was made."""
    told = {"kind": "video", "width": 426, "height": 240, "bytes": 1, "bandwidth": 1, "average_bandwidth": 1}
    made = Rendition(version_id=version.id, name=name, codecs="x", key=f"{version.key}/{name}.mp4", **told | more)
    session.add(made)
    session.flush()
    return made


def _cohort(session: Session, name: str, now: datetime) -> Cohort:
    cohort = Cohort(name=name, zone="Africa/Bamako", created_at=now)
    session.add(cohort)
    session.flush()
    return cohort


def _person(
    session: Session, name: str, now: datetime, cohort: Cohort | None = None, role: Role | None = None
) -> Person:
    person = Person(name=name, language="fr", created_at=now, password_hash=_hashed())
    session.add(person)
    session.flush()
    session.add(Login(person_id=person.id, kind="username", shown=name, folded=name))
    if cohort is not None and role is not None:
        session.add(Membership(person_id=person.id, cohort_id=cohort.id, role=role, since=now))
    return person


def _step(session: Session, module: Module, position: int, kind: str, now: datetime) -> Step:
    step = Step(module_id=module.id, position=position, kind=kind, created_at=now)
    if kind == "page":
        step.body, step.html = "Texte", "<p>Texte</p>"
    session.add(step)
    session.flush()
    session.add(StepTitle(step_id=step.id, lang="fr", title=f"Étape {kind}"))
    return step


@cache
def _hashed() -> str:
    return PasswordHasher().hash(PASSWORD)
