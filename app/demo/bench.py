"""The content that benches measure, the same as for other servers: ten modules with a video and a quiz, one thread."""

import subprocess
from datetime import datetime, timedelta

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.config import Config
from app.db import Base, new_public_id
from app.demo import discussions, load, persons, quiz
from app.demo.persons import Group
from app.demo.questions import QUESTIONS
from app.demo.samples import SamplePost
from app.people.models import Membership, Person
from app.people.rules import Role
from media import actions, uploads
from media.models import Recording, Rendition, Version
from media.processes import program
from modules.cases.actions import threads
from modules.cases.models import Case, Thread
from modules.models import Assignment, Cycle, CycleTitle, Module, ModuleTitle, RuleVersion, Step, StepTitle

MODULES, SECONDS, KBITS = 10, 300, 555
POSTS, AUTHORS = 50, 20
SAMPLE = "Sample text of a post, as long as people write: two or three sentences about one stage of the case. " * 3


def write(session: Session, config: Config, now: datetime) -> dict[str, str]:
    """Write everything but the video's renditions; public ids of the first module, its steps and the thread."""
    load.refuse_unless_empty(session)
    admin, groups = persons.load(session, now)
    group = _one_cohort(session, groups, now)
    cycle = Cycle(created_at=now)
    session.add(cycle)
    session.flush()
    session.add(CycleTitle(cycle_id=cycle.id, lang="fr", title="Bench"))
    first = actions.create(session, admin, config, title="Video 1", file_name="video.mp4", now=now)
    made = [_module(session, now, admin, cycle, group, number, first) for number in range(1, MODULES + 1)]
    thread = _thread(session, now, admin, cycle, group)
    module, steps = made[0]
    ids = {kind: step.public_id for kind, step in steps.items()}
    return {"module": module.public_id, "step": ids["recording"], "quiz": ids["quiz"], "thread": thread.public_id}


def draw(session: Session, config: Config, now: datetime) -> None:
    """Make the one video of about 20 MiB and hand it in as an upload."""
    version = session.scalars(select(Version)).one()
    target = uploads.part(config, version.public_id)
    picture = f"testsrc2=size=640x360:rate=25:duration={SECONDS}"
    command = [program("ffmpeg", config.ffmpeg), "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture]
    command += [
        "-f",
        "lavfi",
        "-i",
        f"sine=frequency=440:duration={SECONDS}",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
    ]
    command += ["-b:v", f"{KBITS}k", "-maxrate", f"{KBITS}k", "-bufsize", "1M", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run([*command, "-movflags", "+faststart", "-f", "mp4", str(target)], check=True, timeout=600)
    size = target.stat().st_size
    actions.check_size(session, config, version, size)
    actions.arrived(session, version, size, now, size)


def share(session: Session) -> None:
    """Give the other recordings the renditions of the first: same bytes, rows of their own."""
    version = session.scalars(select(Version)).one()
    renditions = session.scalars(select(Rendition).where(Rendition.version_id == version.id)).all()
    for recording_id in session.scalars(select(Recording.id).where(Recording.id != version.recording_id)):
        copy = Version(**_columns(version), recording_id=recording_id, public_id=new_public_id())
        session.add(copy)
        session.flush()
        session.add_all(Rendition(**_columns(rendition), version_id=copy.id) for rendition in renditions)


def _one_cohort(session: Session, groups: list[Group], now: datetime) -> Group:
    group, other = groups
    for learner in other.learners:
        session.add(Membership(person_id=learner.id, cohort_id=group.cohort.id, role=Role.LEARNER, since=now))
    return group


def _module(
    session: Session, now: datetime, admin: Person, cycle: Cycle, group: Group, number: int, first: Version
) -> tuple[Module, dict[str, Step]]:
    module = Module(cycle_id=cycle.id, position=number, number=str(number), created_at=now)
    recording_id = first.recording_id
    session.add(module)
    if number > 1:
        recording = Recording(title=f"Video {number}", created_at=now, created_by_id=admin.id)
        session.add(recording)
        session.flush()
        recording_id = recording.id
    session.flush()
    session.add(ModuleTitle(module_id=module.id, lang="fr", title=f"Bench module {number}"))
    steps = {
        kind: Step(module_id=module.id, position=position, kind=kind, created_at=now)
        for position, kind in enumerate(("recording", "quiz", "cases"), start=1)
    }
    steps["recording"].recording_id = recording_id
    session.add_all(steps.values())
    session.flush()
    session.add_all(StepTitle(step_id=step.id, lang="fr", title=f"Bench {kind}") for kind, step in steps.items())
    quiz.write(session, now, admin, steps["quiz"], QUESTIONS["introduction"])
    rules = RuleVersion(module_id=module.id, number=1, terms={}, at=now, by_id=admin.id)
    session.add(rules)
    session.flush()
    session.add(
        Assignment(
            cohort_id=group.cohort.id, module_id=module.id, rule_version_id=rules.id, at=now,
            opens_at=now - timedelta(days=1), due_at=now + timedelta(days=30),
        )
    )  # fmt: skip
    session.flush()
    return module, steps


def _thread(session: Session, now: datetime, admin: Person, cycle: Cycle, group: Group) -> Thread:
    case = Case(cycle_id=cycle.id, country="ML", title="Bench", created_at=now, created_by_id=admin.id)
    session.add(case)
    session.flush()
    thread = threads.open_thread(
        session, case, group.cohort.id, title="Bench thread", stage=None, by=group.trainer, now=now
    )
    texts = [f"Reply {n}. {SAMPLE}" for n in range(POSTS)]
    said = [
        SamplePost(n % AUTHORS + 1, "experience", "en", text, n - 1 if n % 3 else None) for n, text in enumerate(texts)
    ]
    times = [now - timedelta(minutes=POSTS - n) for n in range(POSTS)]
    discussions.fill(session, thread, case, [(group.at(p.author), p, at) for p, at in zip(said, times, strict=True)])
    return thread


def _columns(row: Base) -> dict[str, object]:
    mine = {"id", "public_id", "recording_id", "version_id"}
    return {
        column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs if column.key not in mine
    }
