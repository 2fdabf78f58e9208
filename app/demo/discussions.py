"""The six empty case templates and the sample threads, as rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.demo.content import LANGUAGE
from app.demo.persons import Group
from app.demo.samples import TEMPLATES, THREADS, SamplePost, SampleThread
from app.people.models import Person
from modules.cases.actions import posts, threads
from modules.cases.models import Case, Post, Thread
from modules.models import Cycle

BETWEEN_POSTS = timedelta(hours=5)
FIRST_POST = timedelta(days=9)


def load(session: Session, now: datetime, admin: Person, cycle: Cycle, groups: list[Group]) -> None:
    """Write the templates once and the samples in each cohort."""
    cases = {
        template.country: Case(
            cycle_id=cycle.id,
            country=template.country,
            title=template.title,
            lang=LANGUAGE,
            template_at=now,
            created_at=now,
            created_by_id=admin.id,
        )
        for template in TEMPLATES
    }
    session.add_all(cases.values())
    session.flush()
    for group in groups:
        for sample in THREADS:
            _thread(session, now - FIRST_POST, cases[sample.country], group, sample)


def _thread(session: Session, begun: datetime, case: Case, group: Group, sample: SampleThread) -> None:
    thread = threads.open_thread(
        session, case, group.cohort.id, title=sample.title, stage=sample.stage, by=group.trainer, now=begun
    )
    said = [(group.at(post.author), post, begun + n * BETWEEN_POSTS) for n, post in enumerate(sample.posts)]
    fill(session, thread, case, said)


def fill(session: Session, thread: Thread, case: Case, said: Iterable[tuple[Person, SamplePost, datetime]]) -> None:
    """Write these posts in the thread, in their order."""
    written: list[Post] = []
    for author, post, at in said:
        parent = written[post.answers] if post.answers is not None else None
        draft = posts.Draft(post.kind, post.text, post.lang)
        written.append(posts.write(session, thread, case, draft, author=author, now=at, parent=parent))
