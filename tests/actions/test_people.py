"""What is done with people, against a real database file."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.errors import Invalid, NotFound, TooMany
from app.people import access, attempts, listing, logins, queries
from app.people.actions import accounts, cohorts, enrolment, sessions, sign_in
from app.people.actions.accounts import Details
from app.people.actions.codes import fresh_codes, make_code
from app.people.actions.enrolment import Outcome
from app.people.actions.institutions import add_alias, institution_named
from app.people.logins import Kind
from app.people.models import Administrator, Institution, Login, Membership, Person, SignIn
from app.people.rules import Role
from tests.world import signed_in

NOW = datetime(2027, 6, 12, 9, tzinfo=UTC)


def test_a_login_belongs_to_one_person_whatever_its_spelling(house, session):
    accounts.add_login(session, house.learner, Kind.PHONE, "+212 600 000 000")
    with pytest.raises(Invalid):
        accounts.add_login(session, house.trainer, Kind.PHONE, "00212600000000")
    assert queries.find_by_login(session, "00212-600-000-000").id == house.learner.id
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(Login(person_id=house.trainer.id, kind="phone", shown="x", folded="+212600000000"))


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        (Kind.PHONE, "\u202a+212 600 000 000\u202c", "+212 600 000 000"),
        (Kind.EMAIL, "p1\u202e@exemple.org\u200e", "p1@exemple.org"),
        (Kind.USERNAME, "\u200eperson.9", "person.9"),
        (Kind.STAFF, "M 9\u2069", "M 9"),
    ],
)
def test_a_login_shows_nothing_that_turns_and_invisible_marks_around_it_are_no_fault(
    house, session, kind, typed, shown
):
    assert accounts.add_login(session, house.learner, kind, typed).shown == shown
    assert queries.find_by_login(session, shown) is queries.find_by_login(session, typed) is house.learner
    with pytest.raises(Invalid):
        accounts.add_login(session, house.trainer, kind, shown)
    with pytest.raises(Invalid):
        accounts.add_login(session, house.trainer, kind, "\u202a\u202c")
    column = {Kind.PHONE: "Téléphone", Kind.EMAIL: "Courriel", Kind.STAFF: "Matricule", Kind.USERNAME: "Utilisateur"}
    accounts.add_login(session, house.learner, Kind.USERNAME, "another")
    accounts.remove_login(session, house.learner, logins.fold(kind, typed))
    read = listing.parse(f"Nom;{column[kind]}\nX;{typed}\n")
    enrolment.carry_out(session, house.cohort, read, Role.LEARNER, NOW, house.admin)
    assert session.scalars(sa.select(Login.shown).where(Login.folded == logins.fold(kind, typed))).all() == [shown]


def test_a_staff_number_that_looks_like_a_phone_is_found_before_the_phone(house, session):
    accounts.add_login(session, house.learner, Kind.STAFF, "0021234567890")
    accounts.add_login(session, house.trainer, Kind.PHONE, "+21234567890")
    assert queries.find_by_login(session, "0021234567890").id == house.learner.id
    assert queries.find_by_login(session, "+21234567890").id == house.trainer.id


def test_an_institution_has_one_row_whatever_the_accents(house, session):
    one = institution_named(session, "Région  de l’Est")
    assert institution_named(session, "REGION de l’Est") is one
    assert session.scalar(sa.select(sa.func.count()).select_from(Institution)) == 1


def test_an_institution_is_found_by_its_other_names_in_forms_and_lists(house, session):
    one = institution_named(session, "Cités et gouvernements locaux unis d’Afrique")
    add_alias(session, one, "CGLU Afrique")
    accounts.change_details(session, house.learner, Details(name="Learner 9", country="ML", institution="cglu afrique"))
    read = listing.parse("Nom;Matricule;Pays;Institution\nX;M30;Bénin;CGLU AFRIQUE\nY;M31;;CGLU Afrique\n")
    enrolment.carry_out(session, house.cohort, read, Role.LEARNER, NOW, house.admin)
    listed = session.scalars(sa.select(Person.institution_id).where(Person.name.in_(["X", "Y"]))).all()
    assert [house.learner.institution_id, *listed] == [one.id] * 3
    assert session.scalar(sa.select(sa.func.count()).select_from(Institution)) == 1


def test_two_countries_may_have_an_institution_of_one_name(house, session):
    here, there = institution_named(session, "Commune 1", "ML"), institution_named(session, "COMMUNE 1", "BJ")
    assert here is not there and {here.country, there.country} == {"ML", "BJ"}
    assert institution_named(session, "commune 1", "BJ") is there
    assert institution_named(session, "commune 1") is here  # nobody said which
    accounts.change_details(session, house.learner, Details(name="Learner 9", country="ML", institution="Commune 1"))
    accounts.change_details(session, house.learner, Details(name="Learner 9", country="TN", institution="Commune 1"))
    assert house.learner.institution_id == here.id  # Who moves keeps the institution that was not changed.


def test_nobody_is_added_without_a_login(house, session):
    with pytest.raises(Invalid):
        accounts.add_person(session, Details(name="Learner 9"), [], NOW)


def test_a_name_changed_is_found_under_the_new_name_only(house, session):
    accounts.change_details(session, house.learner, Details(name="Élève 9"))
    assert queries.people(session, "eleve").total == 1
    assert queries.people(session, "elève 9").lines[0].person is house.learner
    assert queries.people(session, "Learner").total == 2  # by login, and other_learner


def loaded(session, credential):
    return access.load_person(session, credential, datetime.now(UTC))


def roles_of(session, person):
    session.flush()
    return loaded(session, signed_in(session, person)).roles


def test_taking_part_twice_is_once_and_coming_back_is_a_new_time(house, session):
    assert not cohorts.enrol(session, house.cohort, house.learner, Role.LEARNER, NOW, house.admin)
    assert cohorts.enrol(session, house.cohort, house.learner, Role.EXPERT, NOW, house.admin)
    membership = access.membership_for(session, house.cohort, house.learner.public_id, "learner")
    cohorts.end_membership(session, membership, NOW, house.admin)
    assert roles_of(session, house.learner) == {house.cohort.id: {Role.EXPERT}}
    assert cohorts.enrol(session, house.cohort, house.learner, Role.LEARNER, NOW, house.trainer)
    assert roles_of(session, house.learner) == {house.cohort.id: {Role.EXPERT, Role.LEARNER}}
    times = sa.select(Membership.ended_at, Membership.ended_by_id, Membership.by_id).order_by(Membership.id)
    first, second = session.execute(times.where(Membership.person_id == house.learner.id, Membership.role == "learner"))
    assert (*first[:2], *second) == (NOW, house.admin.id, None, None, house.trainer.id)
    line = queries.person_line(session, house.learner)
    assert len([held for held in line.memberships if held.role == "learner"]) == 2


def test_the_roles_of_an_archived_cohort_open_nothing_until_it_is_back(house, session):
    cohorts.archive(session, house.cohort, NOW, house.admin)
    assert house.cohort.archived_by_id == house.admin.id
    assert roles_of(session, house.learner) == roles_of(session, house.trainer) == {}
    assert roles_of(session, house.other_trainer) == {house.other_cohort.id: {Role.TRAINER}}
    cohorts.restore(session, house.cohort)
    assert roles_of(session, house.trainer) == {house.cohort.id: {Role.TRAINER}}


def test_the_right_to_administer_begins_and_ends_with_who_and_when(house, session):
    with pytest.raises(Invalid):
        accounts.unmake_administrator(session, house.admin, NOW, house.admin)
    for _ in range(2):
        accounts.make_administrator(session, house.trainer, NOW, house.admin)
        accounts.make_administrator(session, house.trainer, NOW, house.admin)
        assert queries.is_admin(session, house.trainer)
        accounts.unmake_administrator(session, house.trainer, NOW, house.admin)
        assert not queries.is_admin(session, house.trainer)
        assert not loaded(session, signed_in(session, house.trainer)).is_admin
    wanted = sa.select(Administrator.ended_at, Administrator.ended_by_id)
    assert (
        session.execute(wanted.where(Administrator.person_id == house.trainer.id)).all() == [(NOW, house.admin.id)] * 2
    )


def test_two_lines_that_name_one_person_by_two_logins_give_one_role(house, session):
    accounts.add_login(session, house.learner, Kind.STAFF, "M77")
    read = listing.parse("Nom;Identifiant;Matricule\nLearner;learner;\nLearner;;M77\n")
    enrolment.carry_out(session, house.other_cohort, read, Role.LEARNER, NOW, house.admin)
    assert roles_of(session, house.learner)[house.other_cohort.id] == {Role.LEARNER}


def test_the_viewer_is_loaded_with_roles_that_count_now(house, session):
    session.add(Membership(person_id=house.trainer.id, cohort_id=house.other_cohort.id, role="learner", since=NOW))
    ended = Membership(person_id=house.trainer.id, cohort_id=house.other_cohort.id, role="expert", since=NOW)
    ended.ended_at = NOW
    session.add(ended)
    session.flush()
    viewer = loaded(session, signed_in(session, house.trainer))
    assert viewer.roles == {house.cohort.id: {"trainer"}, house.other_cohort.id: {"learner"}}
    assert not viewer.is_admin and loaded(session, signed_in(session, house.admin)).is_admin


@pytest.mark.parametrize("credential", ["", ".", "x", "{id}", "{public_id}.1", "²"])
def test_a_made_up_session_loads_nobody(house, session, credential):
    good = signed_in(session, house.learner)
    wanted = credential.replace("{id}", str(house.learner.id)).replace("{public_id}", house.learner.public_id)
    assert loaded(session, wanted) is None
    assert loaded(session, good) is house.learner


@pytest.mark.parametrize(("kept", "idle", "opens"), [
    (False, timedelta(hours=11), True), (False, timedelta(hours=13), False),
    (True, timedelta(days=30), True), (True, timedelta(days=32), False),
])  # fmt: skip
def test_a_sign_in_ends_when_it_is_no_longer_used(house, session, kept, idle, opens):
    row = sessions.begin(session, house.learner, "", kept, NOW)
    assert (access.load_person(session, row.public_id, NOW + idle) is not None) is opens
    assert bool(sessions.open_ones(session, house.learner, NOW + idle)) is opens


def test_signing_in_forgets_what_is_too_old_and_ending_keeps_its_first_date(house, session):
    old = sessions.begin(session, house.learner, "", True, NOW - sessions.KEPT_FOR - timedelta(days=1)).public_id
    row = sessions.begin(session, house.learner, "", True, NOW)
    assert session.scalar(sa.select(SignIn.id).where(SignIn.public_id == old)) is None
    sessions.end(session, row.public_id, NOW)
    sessions.end_all(session, house.learner, NOW + timedelta(hours=1))
    assert session.scalar(sa.select(SignIn.ended_at)) == NOW


def test_erased_and_merged_people_load_no_more(house, session):
    house.learner.erased_at, house.trainer.merged_into_id = NOW, house.admin.id
    session.flush()
    assert loaded(session, signed_in(session, house.learner)) is None
    assert loaded(session, signed_in(session, house.trainer)) is None


def test_trainers_open_their_own_cohorts_and_administrators_all(house, session):
    trainer, admin, learner = (
        loaded(session, signed_in(session, p)) for p in (house.trainer, house.admin, house.learner)
    )
    assert access.cohort_for(session, trainer, house.cohort.public_id) is house.cohort
    assert access.cohort_for(session, admin, house.other_cohort.public_id) is house.other_cohort
    assert access.cohort_for(session, learner, house.cohort.public_id, role=None) is house.cohort
    for viewer, wanted, role in (
        (trainer, house.other_cohort.public_id, Role.TRAINER),
        (learner, house.cohort.public_id, Role.TRAINER),
        (learner, house.other_cohort.public_id, None),
        (admin, "nowhere", None),
    ):
        with pytest.raises(NotFound):
            access.cohort_for(session, viewer, wanted, role)
    with pytest.raises(NotFound):
        access.person_for(session, learner, house.trainer.public_id)


def test_a_list_that_another_one_overtook_is_planned_again(house, session, monkeypatch):
    read = listing.parse("Nom;Matricule\nLearner 20;M20\n")
    real, calls = enrolment.plan, []

    def overtaken(*arguments):
        planned = real(*arguments)
        if not calls:
            accounts.add_person(session, Details(name="Learner 20"), [(Kind.STAFF, "M20")], NOW)
        calls.append(planned)
        return planned

    monkeypatch.setattr(enrolment, "plan", overtaken)
    done = enrolment.carry_out(session, house.cohort, read, Role.LEARNER, NOW, house.admin)
    assert [row.outcome for row in done.rows] == [Outcome.JOINED] and len(calls) == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(Person).where(Person.name == "Learner 20")) == 1


def test_a_list_asks_the_database_as_often_for_many_lines_as_for_few(house, session):
    def statements(text):
        seen = []
        count = lambda *_: seen.append(1)  # noqa: E731
        sa.event.listen(session.get_bind(), "before_cursor_execute", count)
        enrolment.plan(session, house.cohort, listing.parse(text), Role.LEARNER)
        sa.event.remove(session.get_bind(), "before_cursor_execute", count)
        return len(seen)

    session.connection()  # BEGIN is none of them.
    few = "Nom;Matricule\nX;learner\n"
    many = "Nom;Matricule\n" + "".join(f"X;M{n}\n" for n in range(300)) + "X;learner\n"
    assert statements(few) == statements(many) == 2


def test_a_code_is_used_by_one_of_two_at_once(house, session):
    code = make_code(session, house.learner, "key", NOW, house.admin)
    first, second = (sign_in.knock_with_code(session, code, "key", NOW) for _ in range(2))
    assert sign_in.enter_with_code(session, first, 0, NOW).id == house.learner.id
    assert sign_in.enter_with_code(session, second, 0, NOW) is None
    assert sign_in.knock_with_code(session, code, "key", NOW).person_id is None


def test_a_code_under_another_key_or_after_a_week_opens_nothing(house, session):
    code = make_code(session, house.learner, "key", NOW, None)
    assert sign_in.knock_with_code(session, code, "other key", NOW).person_id is None
    assert sign_in.knock_with_code(session, code, "key", NOW + timedelta(days=7)).person_id is None
    assert sign_in.knock_with_code(session, code, "key", NOW).person_id == house.learner.id


def test_a_code_is_told_again_only_to_who_made_it_and_for_half_an_hour(house, session):
    code = make_code(session, house.learner, "key", NOW, house.admin)
    both, soon = [house.other_learner, house.learner], NOW + timedelta(minutes=29)
    (card,) = fresh_codes(session, both, "key", soon, house.admin)
    assert (card.person.id, card.code, [login.shown for login in card.logins]) == (house.learner.id, code, ["learner"])
    assert fresh_codes(session, both, "key", soon, house.trainer) == []
    assert fresh_codes(session, both, "key", NOW + timedelta(minutes=30), house.admin) == []
    assert (
        fresh_codes(session, both, "other key", soon, house.admin)[0].code != code
    )  # The database alone is not enough.
    sign_in.enter_with_code(session, sign_in.knock_with_code(session, code, "key", NOW), 0, NOW)
    assert fresh_codes(session, both, "key", soon, house.admin) == []


def tries(many, login, address="10.0.0.1", now=NOW):
    """How many of so many tries sent at once, each by a thread and a transaction of its own, are let through."""
    start = Barrier(many)

    def one(_):
        start.wait()
        try:
            with db.sessionmaker.begin() as own:
                return bool(sign_in.reserve(own, sign_in.Knock(login), address, now))
        except TooMany as refused:
            assert refused.retry_after > 0
            return False

    with ThreadPoolExecutor(many) as pool:
        return sum(pool.map(in_app(one), range(many)))


def in_app(work):
    app = current_app._get_current_object()

    def inside(argument):
        with app.app_context():
            return work(argument)

    return inside


def test_guesses_sent_together_do_not_pass_the_limit_together(house):
    assert tries(30, "learner") == attempts.PER_LOGIN_AND_NETWORK
    assert tries(3, "learner", now=NOW + timedelta(seconds=1)) == 0
    assert tries(3, "learner", now=NOW + attempts.WINDOW + timedelta(seconds=1)) == 3


def test_a_stranger_locks_out_himself_and_nobody_else(house):
    assert tries(12, "learner", "2001:db8::1") == 10
    assert tries(1, "learner", "2001:db8::ffff") == 0  # The same subscriber.
    assert tries(1, "learner", "10.0.0.1") == 1
    assert tries(1, "trainer", "2001:db8::1") == 1


def test_one_login_guessed_from_everywhere_waits_too(house):
    let_through = sum(tries(10, "learner", f"10.0.{n}.1") for n in range(11))
    assert let_through == attempts.PER_LOGIN
    assert tries(1, "trainer", "10.0.0.1") == 1


def test_forty_people_behind_one_address_do_not_lock_each_other_out(house):
    assert [tries(9, f"learner{n}") for n in range(40)] == [9] * 40
    assert tries(1, "learner39") == 1
    assert [tries(10, f"stranger{n}") for n in range(5)][-1] == 0  # Guessing many names ends as well.


def test_codes_and_passwords_are_counted_apart(house):
    assert tries(10, "learner") == 10
    for _ in range(10):
        assert tries(20, None) == 20
    assert tries(1, None) == 0
    assert tries(1, None, "10.0.0.2") == 1
    assert tries(1, "trainer") == 1
