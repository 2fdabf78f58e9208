"""What people are told: once, in their language, seen by nobody else, and read when they follow it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app import notices
from app.errors import Invalid
from app.i18n import lazy
from app.notices import queries
from app.notices.kinds import KINDS
from app.notices.models import Mail, Notice
from app.notices.rules import State, Wish

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def kind():
    notices.register(notices.Kind("trial", lazy("Module"), "%(title)s – %(day)s – %(at)s"))
    yield
    del KINDS["trial"]


def tell(session, person, key="1", **more):
    words = {
        "title": notices.titles({"fr": "Données", "en": "Data"}),
        "day": notices.day(date(NOW.year, 6, 12)),
        "at": notices.moment(datetime(NOW.year, 6, 12, 9, tzinfo=UTC), "Africa/Casablanca"),
    }
    notices.tell(session, person.id, "trial", key, now=NOW - timedelta(minutes=1), words=words, **more)
    session.commit()


def test_a_notice_is_told_once_in_the_language_of_its_reader_and_to_nobody_else(house, session, sign_in, page):
    for _ in range(3):
        tell(session, house.learner)
    tell(session, house.learner, "later", due=NOW + timedelta(hours=1))
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 2
    told = "".join(page(sign_in(house.learner), "/notices").find(".//main").itertext())
    assert told.count("Données – 12\u00a0juin – 12\u00a0juin, 10\u00a0h") == 1
    house.learner.language = "en"
    session.commit()
    told = "".join(page(sign_in(house.learner), "/notices").find(".//main").itertext())
    assert "Data – 12\u00a0June – 12\u00a0June, 10:00" in told
    assert "Données" not in sign_in(house.other_learner).get("/notices").get_data(as_text=True)


def test_the_menu_counts_what_is_new_without_a_statement_of_its_own(house, session, sign_in, page, statements):
    learner = sign_in(house.learner)
    before = statements(lambda: learner.get("/help"))
    tell(session, house.learner)
    assert statements(lambda: learner.get("/help")) == before
    assert "".join(page(learner, "/help").find(".//nav[@class='menu']//b").itertext()) == "1 nouveau message"
    assert page(sign_in(house.other_learner), "/help").find(".//nav[@class='menu']//b") is None
    learner.post("/notices/read")
    assert page(learner, "/help").find(".//nav[@class='menu']//b") is None


def test_a_notice_leads_to_its_page_and_is_read_then(house, session, sign_in):
    tell(session, house.learner, path="/modules")
    tell(session, house.learner, "elsewhere", path="https://example.test/")
    first, other = session.scalars(sa.select(Notice).order_by(Notice.id))
    learner = sign_in(house.learner)
    assert learner.get(f"/notices/{first.public_id}").location == "/modules"
    assert learner.get(f"/notices/{other.public_id}").location == "/"
    assert sign_in(house.other_learner).get(f"/notices/{first.public_id}").status_code == 404
    session.expire_all()
    assert session.get(Notice, first.id).read_at is not None


def test_what_no_longer_holds_is_not_shown_unless_it_was_read(house, session, sign_in):
    for key in ("read", "unread"):
        tell(session, house.learner, key)
    session.execute(sa.update(Notice).where(Notice.key == "read").values(read_at=NOW))
    notices.cancel(session, "trial", ["read", "unread"], now=NOW)
    session.commit()
    assert dict(session.execute(sa.select(Notice.key, Notice.cancelled_at)).all()) == {"read": None, "unread": NOW}


def test_a_long_list_has_pages_and_an_empty_one_says_what_will_come(house, session, sign_in, page, statements):
    learner = sign_in(house.learner)
    assert page(learner, "/notices").find(".//div[@class='empty']") is not None
    few = statements(lambda: learner.get("/notices"))
    for key in range(30):
        tell(session, house.learner, str(key))
    assert len(page(learner, "/notices?page=2").findall(".//main//h2")) == 5
    assert statements(lambda: learner.get("/notices")) == few


WISH = {"mails": "weekly", "hour": "8", "weekday": "4", "quiet_from": "21", "quiet_until": "6"}


def test_somebody_says_when_mail_comes_and_what_is_none_is_refused(house, session, sign_in, page):
    learner = sign_in(house.learner)
    page(learner, "/notices/mail")
    assert learner.post("/notices/mail", data=WISH | {"hour": "25"}).status_code == 422
    assert learner.post("/notices/mail", data=WISH).status_code == 303
    assert queries.wish_of(session, house.learner.id) == Wish("weekly", False, 8, 4, 21, 6)
    assert queries.wish_of(session, house.other_learner.id) == Wish()


def test_a_trainers_word_is_kept_whole_and_an_empty_one_refused(house, session, sign_in, page):
    with pytest.raises(Invalid) as refused:
        notices.write(session, by=house.trainer, to=house.learner, subject=" ", text="\n", now=NOW)
    assert set(refused.value.fields) == {"subject", "text"}
    notices.write(
        session, by=house.trainer, to=house.learner, subject="Bonjour", text="Un <b>mot</b>.\nÀ vous.", now=NOW
    )
    session.commit()
    told = "".join(page(sign_in(house.learner), "/notices").find(".//main").itertext())
    assert "trainer vous écrit" in told and "Un <b>mot</b>." in told and "À vous." in told
    house.trainer.name, house.trainer.erased_at = "", NOW
    session.commit()
    told = "".join(page(sign_in(house.learner), "/notices").find(".//main").itertext())
    assert "trainer vous écrit" not in told and "Ancien·ne membre vous écrit" in told


def test_a_mail_that_failed_stands_on_the_page_of_operations(house, session, sign_in):
    session.add(
        Mail(
            person_id=house.learner.id, state=State.FAILED, state_at=NOW, made_at=NOW, reason="refused:550",
            message_id="<1@example.test>",
        )
    )  # fmt: skip
    session.commit()
    admin = sign_in(house.admin)
    assert "(550)" in admin.get("/operations").get_data(as_text=True)
    mail_id = session.scalars(sa.select(Mail.public_id)).one()
    session.rollback()
    assert admin.post(f"/operations/notices.mail/{mail_id}/retry").status_code == 303
    session.expire_all()
    assert session.scalars(sa.select(Mail.state)).one() == State.QUEUED
    session.rollback()
    assert admin.get(f"/operations/notices.mail/{mail_id}/cancellation").status_code == 200
    assert admin.post(f"/operations/notices.mail/{mail_id}/cancellation").status_code == 303
    session.expire_all()
    assert session.scalars(sa.select(Mail.state)).one() == State.CANCELLED
