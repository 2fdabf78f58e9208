"""When and where a cohort meets: an hour or only a day, in the clock of the place."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.demo import course
from app.people.models import Membership
from modules import actions
from modules.attendance.actions import attend
from modules.models import Assignment, Completion, Sitting
from tests.conftest import checked

NOW = datetime.now(UTC)
DAY = date(2099, 6, 22)


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", "\u00a0").replace("\u00a0", " ").split())


@pytest.fixture
def url(house):
    return f"/manage/steps/{house.steps['in_person'].public_id}/dates"


@pytest.fixture
def learner_url(house):
    return f"/steps/{house.steps['in_person'].public_id}"


@pytest.fixture
def typed(house):
    return {"cohort": house.cohort.public_id, "day": str(DAY), "starts": "09:00", "ends": "12:30", "place": "Salle 2"}


def there(house, session):
    """The learner is noted as present, though the day lies ahead."""
    step = house.steps["in_person"]
    attend(session, house.cohort, step, house.learner, present=True, now=NOW, by=house.trainer, sure=True)
    session.commit()


def filled(html):
    """What the form of the page holds, by the names of its fields."""
    return {field.get("name"): field.get("value", "") for field in html.iter("input") if field.get("name")}


def newest(session):
    session.expire_all()
    sitting = session.scalars(sa.select(Sitting).order_by(Sitting.id.desc())).first()
    session.commit()
    return sitting


def test_a_day_gets_its_date_in_the_clock_of_the_cohort(house, sign_in, session, page, url, typed):
    house.cohort.zone = "Asia/Dubai"
    session.commit()
    client = sign_in(house.trainer)
    page(client, url)
    assert client.post(url, data=typed).status_code == 303
    sitting = newest(session)
    assert sitting.starts_at == datetime(2099, 6, 22, 5, 0, tzinfo=UTC)
    assert (sitting.zone, sitting.by_id, sitting.day_only) == ("Asia/Dubai", house.trainer.id, False)


@pytest.mark.parametrize("wrong", [{"ends": "08:00"}, {"starts": ""}, {"zone": "Nowhere/City"}, {"place": "a\0b"}])
def test_a_date_that_cannot_be_is_refused(house, sign_in, session, url, typed, wrong):
    before = newest(session).id
    assert sign_in(house.trainer).post(url, data={**typed, **wrong}).status_code == 422
    assert newest(session).id == before


def test_a_date_keeps_its_hour_when_the_zone_of_the_cohort_changes(
    house, sign_in, session, page, url, learner_url, typed
):
    assert sign_in(house.trainer).post(url, data=typed).status_code == 303
    house.cohort.zone = "Indian/Mauritius"
    session.commit()
    for address in (url, learner_url):
        assert "de 9 h à 12 h 30" in text(page(sign_in(house.trainer), address))


def test_the_clock_of_the_place_may_be_another(house, sign_in, session, page, url, typed):
    assert sign_in(house.trainer).post(url, data={**typed, "zone": "Africa/Casablanca"}).status_code == 303
    assert newest(session).zone == "Africa/Casablanca"
    assert "9 h · Salle 2 · Heure locale (Casablanca)" in text(page(sign_in(house.learner), "/"))


def test_a_day_without_an_hour_is_shown_without_one(house, sign_in, session, page, url, learner_url, typed):
    session.execute(sa.delete(Sitting))
    session.commit()
    assert sign_in(house.trainer).post(url, data={**typed, "starts": "", "ends": ""}).status_code == 303
    assert newest(session).day_only
    for client, address in ((sign_in(house.trainer), url), (sign_in(house.learner), learner_url)):
        section = page(client, address).find(".//main").findall(".//ul")[0]
        assert "22 juin 2099" in text(section) and "lundi" in text(section)
        assert " h" not in text(section).replace("2099 lundi", "") and "Heure locale" not in text(section)
    line = next(row for row in page(sign_in(house.learner), "/").iter("li") if "Salle 2" in text(row))
    assert "lundi · Salle 2" in text(line) and "0 h" not in text(line) and "Heure locale" not in text(line)


def test_a_day_without_an_hour_is_ahead_until_it_ends(house, session, sign_in, page):
    session.execute(sa.delete(Sitting))
    noon_there = f"Etc/GMT{NOW.hour - 12:+d}"  # Midnight must not come between the test's clock and the page's.
    when = actions.When(NOW.astimezone(ZoneInfo(noon_there)).date(), noon_there)
    sitting = actions.add_sitting(
        session, house.steps["in_person"], house.cohort, when, place="Salle 3", now=NOW, by=house.trainer
    )
    session.commit()
    assert sitting.starts_at <= NOW <= sitting.ends_at
    assert "Salle 3" in text(page(sign_in(house.learner), "/"))


def test_a_date_is_taken_back_by_who_leads_the_cohort_and_stays_on_record(
    house, sign_in, session, page, url, learner_url
):
    sitting = newest(session)
    removal = f"/manage/sittings/{sitting.public_id}/removal"
    assert "Salle 1" in text(page(sign_in(house.learner), "/"))
    assert sign_in(house.other_trainer).post(removal).status_code == 404
    assert sign_in(house.trainer).post(removal).status_code == 303
    assert sign_in(house.admin).post(removal).status_code == 303  # Who did it first stands beside it.
    session.refresh(sitting)
    assert sitting.cancelled_at is not None and sitting.cancelled_by_id == house.trainer.id
    session.commit()
    for address in ("/", learner_url):
        assert "Salle 1" not in text(page(sign_in(house.learner), address))
    assert "Aucune date n’est encore fixée." in text(page(sign_in(house.trainer), url))


def test_a_date_moves_with_its_place_and_attendance_stays(house, sign_in, session, page, typed, learner_url):
    sitting, client = newest(session), sign_in(house.trainer)
    there(house, session)
    move = f"/manage/sittings/{sitting.public_id}"
    sent = {**filled(page(client, move)), "day": str(DAY), "starts": "09:00", "ends": "12:30", "place": "Salle 9"}
    assert sign_in(house.other_trainer).post(move, data=sent).status_code == 404
    assert client.post(move, data={**sent, "ends": "08:00"}).status_code == 422
    assert client.post(move, data=sent).status_code == 303
    session.refresh(sitting)
    assert (sitting.day, sitting.place, sitting.day_only) == (DAY, "Salle 9", False)
    assert sitting.starts_at == datetime(2099, 6, 22, 9, 0, tzinfo=UTC)
    session.commit()
    shown, fields = filled(page(client, move)), ("day", "starts", "ends", "place", "zone")
    assert [shown[name] for name in fields] == [sent[name] for name in fields]
    assert session.scalars(sa.select(Completion)).one().person_id == house.learner.id
    session.commit()
    shown = text(page(sign_in(house.learner), learner_url))
    assert "Vous étiez présent·e" in shown and "Salle 9" in shown


def test_who_saves_a_date_second_sees_what_the_first_saved_and_loses_nothing(house, sign_in, session, page):
    sitting, client = newest(session), sign_in(house.trainer)
    move = f"/manage/sittings/{sitting.public_id}"
    sent = filled(page(client, move))
    assert sign_in(house.admin).post(move, data={**sent, "day": str(DAY)}).status_code == 303
    html = checked(client.post(move, data={**sent, "place": "Salle 9"}))
    assert "22 juin 2099" in [
        field.get("value").replace("\u00a0", " ") for field in html.iter("input") if "saved" in field.get("id", "")
    ]
    assert filled(html)["place"] == "Salle 9"
    assert newest(session).place == "Salle 1"
    assert client.post(move, data={**filled(html), "day": str(DAY)}).status_code == 303
    assert (newest(session).place, newest(session).day) == ("Salle 9", DAY)


def test_a_cohort_meets_once_on_a_day(house, sign_in, session, page, url, typed):
    client, first = sign_in(house.trainer), newest(session)
    assert client.post(url, data=typed).status_code == 303
    second = newest(session)
    for way, sent in ((url, {**typed, "starts": "14:00", "ends": ""}), (f"/manage/sittings/{first.public_id}", typed)):
        html = checked(client.post(way, data=sent))
        assert "a déjà une date ce jour-là" in text(next(p for p in html.iter("p") if p.get("id") == "day-error"))
        assert filled(html)["place"] == "Salle 2"
    session.refresh(first)
    assert first.place == "Salle 1"
    session.commit()
    assert client.post(f"/manage/sittings/{second.public_id}/removal").status_code == 303
    assert client.post(url, data=typed).status_code == 303
    back = client.post(f"/manage/sittings/{second.public_id}/removal", data={"undo": 1})
    assert back.status_code == 409 and "ce jour-là" in back.get_data(as_text=True)
    days = session.scalars(sa.select(Sitting.day).where(Sitting.cancelled_at.is_(None))).all()
    assert sorted(days) == [first.day, DAY]


def test_taking_a_date_back_asks_first_and_says_who_was_noted(house, sign_in, session, page, url):
    sitting, client = newest(session), sign_in(house.trainer)
    asked = f"/manage/sittings/{sitting.public_id}/removal"
    assert asked in [link.get("href") for link in page(client, url).iter("a")]
    assert "présence de 1 personne" not in text(page(client, asked))
    there(house, session)
    assert "présence de 1 personne" in text(page(client, asked))
    assert newest(session).cancelled_at is None
    client.post(asked)
    assert session.scalars(sa.select(Completion)).one().person_id == house.learner.id
    session.commit()
    assert client.post(f"/manage/sittings/{sitting.public_id}", data={"day": str(DAY)}).status_code == 409
    client.post(asked, data={"undo": 1})
    assert newest(session).cancelled_at is None


def test_the_sitting_of_the_demonstration_has_its_day_and_no_hour(house, session):
    when = actions.When(course.SITTING_DAY, course.SITTING_ZONE)
    sitting = actions.add_sitting(
        session, house.steps["in_person"], house.cohort, when, place="Marrakech", now=NOW, by=house.admin
    )
    assert sitting.day_only and sitting.zone == "Africa/Casablanca" != house.cohort.zone
    assert course.SITTING_DAY == date(2023, 5, 16)


def test_the_pages_of_dates_name_the_module_and_lead_on_where_nothing_is_set(house, sign_in, session, page, url):
    client, sitting = sign_in(house.trainer), newest(session)
    pages = [url, f"/manage/sittings/{sitting.public_id}", f"/manage/sittings/{sitting.public_id}/removal"]
    pages.append(f"/manage/steps/{house.steps['page'].public_id}")
    for number, name in (("1", "Module 1"), (None, "Module introductif")):
        house.module.number = number
        session.commit()
        for each in pages:
            assert name in [text(link) for link in page(client, each).findall(".//nav[@class='crumbs']//a")], each
    assert not page(client, url).findall(".//*[@class='empty']")
    session.delete(sitting)
    session.commit()
    html = page(client, url)
    (link,) = html.findall(".//*[@class='empty']//a")
    assert text(link) == "Fixer une date" and html.find(f".//*[@id='{link.get('href')[1:]}']").tag == "select"
    session.execute(sa.delete(Assignment))
    session.commit()
    links = page(sign_in(house.admin), url).findall(".//*[@class='empty']//a")
    assert [link.get("href") for link in links] == ["/cohorts"]


def test_who_leads_a_cohort_changes_its_date_from_the_page_of_the_day(house, sign_in, session, page, learner_url, url):
    change = f"/manage/sittings/{newest(session).public_id}"

    def links(person):
        return [link.get("href") for link in page(sign_in(person), learner_url).find(".//main").iter("a")]

    for person in (house.trainer, house.admin):
        assert {change, url} <= set(links(person)) and sign_in(person).get(change).status_code == 200
    assert not {change, url} & set(links(house.learner))
    actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.add(Membership(person_id=house.trainer.id, cohort_id=house.other_cohort.id, role="learner", since=NOW))
    day = datetime(2099, 6, 1, 9, tzinfo=UTC)
    other = Sitting(step_id=house.steps["in_person"].id, cohort_id=house.other_cohort.id, starts_at=day, day=day.date())
    session.add(other)
    session.commit()
    shown = links(house.trainer)
    assert change in shown and f"/manage/sittings/{other.public_id}" not in shown, "there the trainer only learns"
