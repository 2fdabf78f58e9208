"""Two accounts become one and part again: nothing is lost, and either is what it was."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import Base
from app.errors import Conflict, Invalid
from app.people import queries
from app.people.actions import accounts, cohorts, merging
from app.people.models import AccountMerge, Administrator, Membership
from app.people.rules import Role
from modules import access, actions
from modules.actions import Report, played
from modules.actions.completing import complete, take_back
from modules.models import Completion, Coverage, Note, Revocation, Watching
from quizzes.models import Attempt
from tests.quizzing import set_up, take
from tests.world import ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def double(house, session):
    """Another account of the learner: in both cohorts, with a password."""
    person = accounts.add_person(session, accounts.Details("Apprenante"), [(accounts.Kind.USERNAME, "double")], NOW)
    person.password_hash = "hash"
    for cohort in (house.cohort, house.other_cohort):
        cohorts.enrol(session, cohort, person, Role.LEARNER, NOW, house.admin)
    session.commit()
    return person


def watch(session, house, person, *segments, version=None):
    at = access.watchable_for(session, loaded(house, person), house.steps["recording"].public_id, NOW, version)
    actions.watch(session, at, person, Report(played(segments), batch=f"{person.id}-{segments}"), now=NOW)
    session.commit()


def loaded(house, person):
    person.roles, person.is_admin = {house.cohort.id: frozenset({Role.LEARNER})}, False
    return person


def everything(session):
    """Every row of every table, but for what was kept of the merge itself."""
    left = {"coverage.id", "coverage.device", "coverage.device_time", "coverage.stored", "coverage.stored_on"}
    shown = {
        table.name: [column for column in table.columns if str(column) not in left]  # A summary is made again.
        for table in Base.metadata.sorted_tables if table.name != "account_merge"
    }  # fmt: skip
    return {name: sorted(map(repr, session.execute(sa.select(*columns)).all())) for name, columns in shown.items()}


def of(session, table, person, column="person_id"):
    return session.scalars(sa.select(table).where(getattr(table, column) == person.id)).all()


def merge(session, house, gone, kept):
    row = merging.merge(session, gone, kept, by=house.admin, now=NOW)
    session.commit()
    return row


def test_all_that_either_has_counts_and_parting_gives_back_each_row(house, session, double):
    quiz, kept = set_up(session, house), house.learner
    ready_recording(session, house.steps["recording"], 100.0)
    session.commit()
    watch(session, house, kept, [0, 40])
    watch(session, house, double, [30, 60])
    for person in (kept, kept, double, double):
        take(session, quiz, person)
    complete(session, house.steps["page"], double, now=NOW, source="page")
    session.add(Note(person_id=double.id, step_id=house.steps["recording"].id, body="À relire", second=3, at=NOW,
                     version_id=of(session, Watching, double)[0].version_id, public_id="n" * 12))  # fmt: skip
    session.commit()
    before = everything(session)
    row = merge(session, house, double, kept)
    assert queries.find_by_login(session, "double") == queries.find_by_login(session, "learner") == kept
    assert [sum(c.seconds for c in of(session, Coverage, one)) for one in (kept, double)] == [60, 0]
    assert (len(of(session, Watching, kept)), len(of(session, Note, kept))) == (2, 1)
    assert [attempt.number for attempt in of(session, Attempt, kept)] == [1, 2, 3, 4]
    assert {one.step_id for one in of(session, Completion, kept)} >= {house.steps["page"].id}
    held = [one.cohort_id for one in of(session, Membership, kept) if one.ended_at is None]
    assert sorted(held) == sorted([house.cohort.id, house.other_cohort.id])
    assert all(one.ended_at for one in of(session, Membership, double)), "or she would be counted twice"
    assert queries.count_members(session, house.cohort) == 2
    assert merging.part(session, row, by=house.admin, now=NOW + timedelta(days=29))
    session.commit()
    assert everything(session) == before
    assert not merging.part(session, row, by=house.admin, now=NOW), "a second press"


def test_a_step_is_done_by_what_both_have_seen_and_no_more_once_they_part(house, session, double):
    ready_recording(session, house.steps["recording"], 100.0)
    session.commit()
    watch(session, house, house.learner, [0, 50])
    watch(session, house, double, [50, 100])
    assert of(session, Completion, house.learner) == of(session, Completion, double) == []
    row = merge(session, house, double, house.learner)
    (done,) = of(session, Completion, house.learner)
    assert (done.step_id, done.source) == (house.steps["recording"].id, "watching")
    merging.part(session, row, by=house.admin, now=NOW)
    session.commit()
    assert session.scalars(sa.select(Revocation.undone_at)).all() == [None]
    assert of(session, Completion, double) == []
    row = merge(session, house, double, house.learner)
    watch(session, house, house.learner, [0, 100])
    assert [c.seconds for c in of(session, Coverage, house.learner)] == [100]


def test_what_was_taken_back_from_one_and_stands_on_the_other_counts_until_they_part(house, session, double):
    step = house.steps["page"]
    for person in (house.learner, double):
        complete(session, step, person, now=NOW, source="page")
    take_back(session, step, house.learner, by=house.trainer, why="Sans lire", now=NOW)
    session.commit()
    before = everything(session)
    row = merge(session, house, double, house.learner)
    assert session.scalars(sa.select(Revocation.undone_at)).one() == NOW
    merging.part(session, row, by=house.admin, now=NOW)
    session.commit()
    assert everything(session) == before


def test_a_password_goes_along_only_where_there_is_none(house, session, double):
    own = house.learner.password_hash
    row = merge(session, house, double, house.learner)
    assert house.learner.password_hash == own
    merging.part(session, row, by=house.admin, now=NOW)
    house.learner.password_hash = None
    row = merge(session, house, double, house.learner)
    assert house.learner.password_hash == "hash"
    merging.part(session, row, by=house.admin, now=NOW)
    assert house.learner.password_hash is None and double.password_hash == "hash"


def test_what_cannot_be_merged_or_parted_is_said(house, session, double):
    with pytest.raises(Invalid):
        merging.merge(session, double, double, by=house.admin, now=NOW)
    with pytest.raises(Invalid):
        merging.merge(session, house.admin, double, by=house.admin, now=NOW)
    first = merge(session, house, double, house.learner)
    with pytest.raises(Conflict):
        merging.merge(session, double, house.trainer, by=house.admin, now=NOW)
    second = merge(session, house, house.learner, house.other_learner)
    assert queries.find_by_login(session, "double") == house.other_learner
    with pytest.raises(Conflict):
        merging.part(session, first, by=house.admin, now=NOW)
    with pytest.raises(Conflict):
        merging.part(session, second, by=house.admin, now=NOW + timedelta(days=31))
    assert merging.part(session, second, by=house.admin, now=NOW) and merging.part(
        session, first, by=house.admin, now=NOW
    )
    assert queries.find_by_login(session, "double") == double
    assert session.scalar(sa.select(sa.func.count()).select_from(AccountMerge)) == 2


def test_the_right_to_administer_goes_along_and_comes_back(house, session, double):
    accounts.make_administrator(session, double, NOW, house.admin)
    row = merge(session, house, double, house.learner)
    assert len(of(session, Administrator, house.learner)) == 1
    merging.part(session, row, by=house.admin, now=NOW)
    assert (len(of(session, Administrator, house.learner)), len(of(session, Administrator, double))) == (0, 1)


def test_whatever_says_whose_it_is_goes_over_but_for_what_is_known_to_stay():
    moved = {column.table.name for column in merging.columns()}
    assert {column.name for column in merging.columns()} == {"person_id", "author_id"}
    tables = [table for table in Base.metadata.sorted_tables if "id" in table.c]
    of_people = {table.name for table in tables if "person_id" in table.c or "author_id" in table.c}
    assert of_people - moved == {"coverage", "attempt", "sign_in", "erasure"}
