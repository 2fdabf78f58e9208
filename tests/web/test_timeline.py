"""One timeline of a cohort: sorted, in its zone, as its reader stands in it; a page, a file, a feed, an API."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import sqlalchemy as sa

from app.people.models import Cohort
from modules import actions
from modules.agenda.models import CalendarKey
from modules.cases.models import Case, Thread
from modules.models import Assignment, Sitting
from modules.rules import end_of_day, start_of_day

NOW = datetime.now(UTC)
ZONES = ("Atlantic/Cape_Verde", "Africa/Bamako", "Africa/Casablanca", "Africa/Cairo", "Indian/Mauritius")


def text(tree):
    return " ".join("".join(tree.find(".//main").itertext()).split())


@pytest.fixture
def dated(house, session):
    """The module opened a week ago and ends in thirty days, on whole days there; a discussion was opened yesterday."""
    zone, today = "Africa/Bamako", NOW.date()
    opens, due = start_of_day(today - timedelta(days=7), zone), end_of_day(today + timedelta(days=30), zone)
    session.execute(sa.update(Assignment).values(opens_at=opens, due_at=due))
    case = Case(cycle_id=house.cycle.id, country="ML", title="Mali", created_at=NOW)
    session.add(case)
    session.flush()
    session.add(Thread(case_id=case.id, cohort_id=house.cohort.id, title="Un fil", at=NOW - timedelta(days=1)))
    session.commit()
    return house


def address(house):
    return f"/cohorts/{house.cohort.public_id}/timeline"


def test_the_timeline_folds_what_is_past_and_says_what_is_left(dated, session, sign_in, page):
    tree = page(sign_in(dated.learner), address(dated))
    past = " ".join("".join(tree.find(".//main//details").itertext()).split())
    assert "Ouverture : Module 1" in past and "Un fil" in past and "Étape in_person" not in past
    said = text(tree)
    assert said.index("Un fil") < said.index("Étape in_person") < said.index("Dernier jour")
    assert "reste :" in said and "Salle 1" in said
    assert "Modifier la date" not in said
    led = text(page(sign_in(dated.trainer), address(dated)))
    assert "Modifier la date" in led and "reste :" not in led


def test_it_is_asked_for_in_the_same_statements_however_much_has_a_date(dated, session, sign_in, statements):
    learner = sign_in(dated.learner)
    learner.get(address(dated))
    few = statements(lambda: learner.get(address(dated)))
    for ahead in range(4, 24):
        at = NOW + timedelta(days=ahead)
        session.add(
            Sitting(step_id=dated.steps["in_person"].id, cohort_id=dated.cohort.id, starts_at=at, day=at.date(), at=NOW)
        )
    session.commit()
    assert statements(lambda: learner.get(address(dated))) == few <= 10


def test_who_lives_by_another_clock_reads_both(dated, session, sign_in, page):
    session.execute(sa.update(Sitting).values(starts_at=datetime(NOW.year + 1, 1, 15, 14, tzinfo=UTC)))
    dated.learner.zone = "Africa/Nairobi"
    session.commit()
    said = text(page(sign_in(dated.learner), address(dated)))
    assert ", 14 h · " in said
    assert "pour vous, à Nairobi : 15 janvier" in said and "17 h" in said
    dated.learner.zone = "Africa/Bamako"
    session.commit()
    assert "pour vous" not in text(page(sign_in(dated.learner), address(dated)))


def test_the_api_tells_the_same(dated, sign_in):
    told = sign_in(dated.learner).get(f"/api/v1{address(dated)}").get_json()
    assert told["zone"] == "Africa/Bamako"
    assert [one["what"] for one in told["moments"]] == ["opens", "talk", "day", "due"]
    assert sign_in(dated.other_learner).get(f"/api/v1{address(dated)}").status_code == 404


def calendar_of(client):
    page = client.post("/calendar").get_data(as_text=True)
    return page.split('<code dir="ltr">http://localhost')[1].split("</code>")[0]


def events(client, where):
    read = icalendar.Calendar.from_ical(client.get(where).data)
    return {str(event["uid"]).split("-")[0]: event for event in read.walk("VEVENT")}, read


def test_a_calendar_is_read_without_signing_in_until_its_owner_ends_it(dated, session, sign_in, client):
    learner = sign_in(dated.learner)
    first = calendar_of(learner)
    secret = first.split("/")[-1].removesuffix(".ics")
    assert secret not in str(session.scalars(sa.select(CalendarKey.hash)).all())
    session.rollback()
    found, _ = events(client, first)
    assert set(found) == {"opens", "due", "day"}
    assert found["due"]["dtstart"].dt == NOW.date() + timedelta(days=30)
    answer = client.get(first)
    assert client.get(first, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(first, headers={"If-Modified-Since": answer.headers["Last-Modified"]}).status_code == 304
    second = calendar_of(learner)
    assert client.get(first).status_code == 404 and client.get(second).status_code == 200
    learner.post("/calendar/end")
    assert client.get(second).status_code == 404


def test_the_calendar_of_who_leads_no_more_and_learns_elsewhere_shows_only_that(dated, session, sign_in, client):
    found, read = events(client, calendar_of(sign_in(dated.other_learner)))
    assert found == {} and read["version"] == "2.0"


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_keeps_its_hour_in_each_zone_and_says_when_it_is_moved_or_cancelled(
    dated, session, sign_in, client, zone
):
    """In winter and in summer time: the zone travels with the file."""
    sitting = session.scalars(sa.select(Sitting)).one()
    for day in (NOW.date() + timedelta(days=40), NOW.date() + timedelta(days=220)):
        start = datetime(2000, 1, 1, 9, 30).time()
        when = actions.When(day, zone, start, None)
        actions.move_sitting(session, sitting, when, place="Salle « A »; deuxième, étage", now=datetime.now(UTC))
        session.commit()
        found, read = events(client, calendar_of(sign_in(dated.learner)))
        event = found["day"]
        local = event["dtstart"].dt
        assert (local.date(), local.time(), local.utcoffset()) == (
            day, start, sitting.starts_at.astimezone(local.tzinfo).utcoffset(),
        )  # fmt: skip
        assert local.astimezone(UTC) == sitting.starts_at
        named = [str(each["tzid"]) for each in read.walk("VTIMEZONE")]
        assert named == ([] if zone == "Africa/Bamako" else [zone]), "what is never away from UTC is written in it"
        assert event["location"] == "Salle « A »; deuxième, étage"
    before = event["sequence"]
    actions.drop_sitting(session, sitting, now=datetime.now(UTC) + timedelta(minutes=1), by=dated.trainer)
    session.commit()
    event = events(client, calendar_of(sign_in(dated.learner)))[0]["day"]
    assert event["status"] == "CANCELLED" and event["sequence"] > before
    assert str(event["uid"]).startswith(f"day-{sitting.public_id}@")


def test_lines_are_folded_by_octets_also_in_arabic(dated, session, sign_in, client):
    place = "قاعة الاجتماعات الكبرى في مقر الجماعة الترابية بالدار البيضاء " * 3
    session.execute(sa.update(Sitting).values(place=place.strip(), day_only=True))
    session.commit()
    where = calendar_of(sign_in(dated.learner))
    raw = client.get(where).data
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert all(line.decode() or True for line in raw.split(b"\r\n"))
    event = events(client, where)[0]["day"]
    assert event["location"] == place.strip()
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)


def test_one_date_or_all_are_a_file_for_who_takes_part(dated, session, sign_in):
    learner, where = sign_in(dated.learner), address(dated) + ".ics"
    sitting = session.scalars(sa.select(Sitting.public_id)).one()
    session.rollback()
    assert len(icalendar.Calendar.from_ical(learner.get(where).data).walk("VEVENT")) == 3
    assert len(icalendar.Calendar.from_ical(learner.get(f"{where}?only=day-{sitting}").data).walk("VEVENT")) == 1
    assert learner.get(f"{where}?only=nothing").status_code == 404
    assert sign_in(dated.other_learner).get(where).status_code == 404


def test_a_calendar_costs_the_same_however_many_cohorts_it_shows(dated, session, sign_in, client, statements):
    where = calendar_of(sign_in(dated.trainer))
    few = statements(lambda: client.get(where))
    cohort = Cohort(name="Cohorte 3", zone="Africa/Lome", created_at=NOW)
    session.add(cohort)
    session.flush()
    session.commit()
    assert statements(lambda: client.get(where)) == few <= 5
