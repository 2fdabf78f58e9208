"""Mails to a real server: one instead of many, never one notice in two, in the quiet hours none."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app import i18n, jobs, notices
from app.notices import actions, gathering, letters, operations
from app.notices import jobs as mail_jobs
from app.notices.leases import MAILS
from app.notices.models import Mail, Notice
from app.notices.rules import Mails, State, Wish
from app.people.models import Login, Person
from tests.smtp import mail_server

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
NOON, MORNING = TODAY - timedelta(hours=12), TODAY + timedelta(hours=7, minutes=1)
KIND = "written"


@pytest.fixture
def peer(app):
    with mail_server(app) as peer:
        yield peer


@pytest.fixture
def reachable(house, session):
    """The learner has an address."""
    session.add(Login(person_id=house.learner.id, kind="email", shown="l@example.test", folded="l@example.test"))
    session.commit()
    return house.learner


def told(session, person, key, at=NOON, **words):
    words = {"subject": f"Objet {key}", "text": "Texte", "name": "trainer"} | words
    notices.tell(session, person.id, KIND, key, now=at, words=words)
    session.execute(sa.update(Notice).values(urgent=False))
    session.commit()


def gather(session, app, now):
    made = gathering.make_mails(session, app.config["HOUSE"], now)
    session.commit()
    return made


def answered(session):
    jobs.drain()
    session.expire_all()
    return session.scalars(sa.select(Mail).order_by(Mail.id)).all()


def test_three_notices_are_one_mail_and_each_is_mailed_once(app, session, reachable, house, peer):
    for key in ("Un", "Deux", "Trois"):
        told(session, reachable, key)
    told(session, house.other_learner, "Autre")  # Who has no address reads it on the page.
    assert gather(session, app, MORNING - timedelta(hours=1)) == [], "it is not time"
    assert len(gather(session, app, MORNING)) == 1
    assert [row.state for row in answered(session)] == [State.SENT]
    assert gather(session, app, MORNING + timedelta(days=1)) == []
    (got,) = peer.got
    text = got.get_body(("plain",)).get_content()
    assert [text.count(f"Objet {key}") for key in ("Un", "Deux", "Trois", "Autre")] == [1, 1, 1, 0]
    assert "https://learning.example.test/notices" in text
    assert got["Subject"] == "Académie ALGA\u00a0: 3 messages pour vous"
    assert got["Auto-Submitted"] == "auto-generated" and got["Content-Language"] == "fr"
    assert got["Message-ID"] == session.scalars(sa.select(Mail.message_id)).one()


def test_the_link_of_a_mail_ends_all_mail_without_signing_in(app, session, reachable, peer, client):
    told(session, reachable, "Un")
    gather(session, app, MORNING)
    answered(session)
    address = peer.got[0]["List-Unsubscribe"].strip("<>").removeprefix("https://learning.example.test")
    assert peer.got[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.get(address).status_code == 200
    told(session, reachable, "Deux", at=MORNING)
    assert len(gather(session, app, MORNING + timedelta(days=1))) == 1, "looking at the link ends nothing"
    assert client.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    told(session, reachable, "Trois", at=MORNING + timedelta(days=1))
    assert gather(session, app, MORNING + timedelta(days=2)) == []
    assert client.post(address[:-3] + "xyz").status_code == 404


def test_in_quiet_hours_nothing_leaves_and_urgent_words_wait_for_their_end(app, session, reachable, house, peer):
    night = TODAY + timedelta(hours=21)
    written = actions.write(session, by=house.trainer, to=reachable, subject="Bonjour", text="Un mot.", now=night)
    assert written.urgent
    session.commit()
    assert gather(session, app, night) == []
    assert len(gather(session, app, night + timedelta(hours=10))) == 1
    actions.wish(session, reachable.id, Wish(quiet_from=0, quiet_until=0))
    actions.write(session, by=house.trainer, to=reachable, subject="Encore", text="Un mot.", now=night)
    session.commit()
    assert len(gather(session, app, night + timedelta(days=1))) == 1


def test_a_server_that_is_busy_is_asked_again_and_takes_it_once(app, session, reachable, peer):
    peer.says = ["451 greylisted, come back"]
    told(session, reachable, "Un")
    gather(session, app, MORNING)
    (row,) = answered(session)
    assert (row.state, row.reason, row.handed_at) == (State.QUEUED, "refused:451", None)
    assert row.next_try_at > row.state_at
    session.execute(sa.update(Mail).values(next_try_at=row.state_at - timedelta(seconds=1)))
    MAILS.ring_again(session, datetime.now(UTC))
    session.commit()
    assert [(row.state, row.attempt) for row in answered(session)] == [(State.SENT, 2)]
    assert len(peer.got) == 1


@pytest.mark.parametrize("where", ["recipients", "says"])
def test_a_server_that_says_no_is_not_asked_again_and_the_operator_reads_why(app, session, reachable, peer, where):
    getattr(peer, where).append("550 5.1.1 nobody of this name")
    told(session, reachable, "Un")
    gather(session, app, MORNING)
    (row,) = answered(session)
    assert (row.state, row.reason) == (State.FAILED, "refused:550")
    assert "550" in operations.sentence(row.reason)
    assert MAILS.due(session, datetime.now(UTC) + timedelta(days=1)) == []
    mail_jobs.retry(session, row.public_id, datetime.now(UTC))
    session.commit()
    assert [row.state for row in answered(session)] == [State.SENT]


def test_a_line_that_breaks_while_the_text_leaves_sends_nothing_twice(app, session, reachable, peer):
    peer.breaks = True
    told(session, reachable, "Un")
    gather(session, app, MORNING)
    (row,) = answered(session)
    assert (row.state, row.reason) == (State.FAILED, "uncertain") and row.handed_at
    peer.breaks = False
    assert gather(session, app, MORNING + timedelta(days=2)) == []
    mail_jobs.retry(session, row.public_id, datetime.now(UTC))
    session.commit()
    answered(session)
    assert [got["Message-ID"] for got in peer.got] == [row.message_id]


@pytest.mark.parametrize(("handed", "state", "mails"), [(False, State.SENT, 1), (True, State.FAILED, 0)])
def test_what_a_killed_worker_held_is_sent_unless_it_may_have_arrived(
    app, session, reachable, peer, handed, state, mails
):
    told(session, reachable, "Un")
    (row,) = gather(session, app, MORNING)
    app.extensions["queue"].huey.flush()
    before = datetime.now(UTC) - timedelta(minutes=1)
    assert MAILS.claim(session, row.id, "gone", before)
    if handed:
        MAILS.renew(session, row.id, "gone", before, handed_at=before)
    MAILS.ring_again(session, datetime.now(UTC))
    session.commit()
    assert [row.state for row in answered(session)] == [state]
    assert len(peer.got) == mails


def test_what_was_read_or_cancelled_meanwhile_is_not_mailed(app, session, reachable, peer):
    told(session, reachable, "Un")
    gather(session, app, MORNING)
    actions.read(session, reachable.id, MORNING)
    session.commit()
    assert [row.state for row in answered(session)] == [State.CANCELLED]
    assert peer.got == []


def test_no_text_of_anybody_becomes_a_header(app, session, reachable, peer):
    reachable.name = "Awa\r\nBcc: all@example.test"
    told(session, reachable, "Un", subject="Bonjour\r\nBcc: all@example.test\n\nCorps")
    gather(session, app, MORNING)
    answered(session)
    (got,) = peer.got
    assert got["Bcc"] is None and got["Subject"] == "Bonjour Bcc: all@example.test Corps"
    assert got["To"].addresses[0].addr_spec == "l@example.test"


@pytest.mark.parametrize(
    "subject", ["Échéance : « Données d’état civil » à rendre", "الموعد النهائي للوحدة الأولى " * 4]
)
def test_subjects_and_texts_come_whole_in_french_and_arabic(app, session, reachable, peer, subject):
    text = f"{subject}\n.\n..deux points\nfin"
    told(session, reachable, "Un", subject=subject, text=text)
    gather(session, app, MORNING)
    answered(session)
    (got,) = peer.got
    assert got["Subject"].strip() == subject.strip()
    content = got.get_body(("plain",)).get_content()
    assert all(line in content.splitlines() for line in text.splitlines())
    assert max(map(len, peer.raw[0].split(b"\r\n"))) <= 998 and peer.raw[0].isascii()


def test_a_language_from_the_right_says_its_direction_and_others_send_no_second_text(app, session, reachable, peer):
    told(session, reachable, "Un", subject="<Objet>")
    (row,) = gather(session, app, MORNING)
    with i18n.speaking("ar"):
        turned = letters.written(
            row, reachable, "l@example.test", [letters.Part("<b>", "x", "/")], app.config["HOUSE"], MORNING
        )
    html = turned.get_body(("html",)).get_content()
    assert '<html lang="ar" dir="rtl">' in html and "&lt;b&gt;" in html
    assert turned["Content-Language"] == "ar"
    answered(session)
    assert peer.got[0].get_content_type() == "text/plain"


def test_an_address_that_is_none_ends_the_mail(app, session, reachable, peer):
    session.execute(sa.update(Login).where(Login.kind == "email").values(shown="é è@example.test"))
    told(session, reachable, "Un")
    gather(session, app, MORNING)
    assert [(row.state, row.reason) for row in answered(session)] == [(State.FAILED, "address")]


def test_gathering_asks_the_same_however_many_people_wait(app, session, house, reachable, peer, statements):
    def made(count):
        for number in range(count):
            person = Person(name=f"learner {number}", created_at=NOON, language="fr")
            session.add(person)
            session.flush()
            login = f"{count}-{number}@example.test"
            session.add(Login(person_id=person.id, kind="email", shown=login, folded=login))
            told(session, person, "Un")
        return statements(lambda: gather(session, app, MORNING))

    assert made(2) == made(12)


def test_mail_may_be_off_and_old_news_is_not_mailed(app, session, reachable, peer):
    told(session, reachable, "Un")
    actions.wish(session, reachable.id, Wish(mails=Mails.OFF))
    session.commit()
    assert gather(session, app, MORNING) == []
    actions.wish(session, reachable.id, Wish())
    session.commit()
    assert gather(session, app, MORNING + timedelta(days=20)) == []
