"""Halves of a day in person: parted by who leads the cohort, noted one by one, and what they make of the step."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from modules.attendance.models import AttendanceNote, Half
from modules.models import Completion, Revocation, RuleVersion, Sitting
from tests.conftest import checked

NOW = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("day_before")


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", "\u00a0").replace("\u00a0", " ").split())


@pytest.fixture
def sitting(session):
    found = session.scalars(sa.select(Sitting)).one()
    session.commit()
    return found


@pytest.fixture
def part(house, sign_in, sitting):
    client = sign_in(house.trainer)
    return lambda **sent: client.post(f"/sittings/{sitting.public_id}/halves", data=sent)


def roll(house, half=None):
    asked = f"?half={half.public_id}" if half else ""
    return f"/cohorts/{house.cohort.public_id}/days/{house.steps['in_person'].public_id}{asked}"


def open_halves(session):
    asked = sa.select(Half).where(Half.ended_at.is_(None)).order_by(Half.position)
    found = session.scalars(asked.execution_options(populate_existing=True)).all()
    session.commit()
    return found


def form(html):
    return {
        field.get("name"): field.get("value", "")
        for field in html.iter("input")
        if field.get("name") and (field.get("type") not in {"radio", "checkbox"} or field.get("checked") is not None)
    }


def note(client, house, half, said, page, **more):
    sent = form(page(client, roll(house, half))) | {f"note-{house.learner.public_id}": said, **more}
    assert client.post(roll(house), data=sent).status_code == 303


def standing(session):
    """Whether the step is done, and why it was taken back."""
    undone = sa.exists().where(Revocation.completion_id == Completion.id, Revocation.undone_at.is_(None))
    done = session.scalars(sa.select(Completion.id).where(~undone)).all()
    whys = session.scalars(sa.select(Revocation.why)).all()
    session.commit()
    return bool(done), whys


def test_a_date_is_one_half_until_it_is_parted(house, session, part):
    (whole,) = open_halves(session)
    assert (whole.kind, whole.position) == ("day", 0)
    assert part(parts="halves", morning_starts="09:00", morning_ends="12:30").status_code == 303
    assert [half.kind for half in open_halves(session)] == ["morning", "afternoon"]
    assert part(parts="sessions", sessions="09:00-10:30 Ouverture\nVisite").status_code == 303
    first, second = open_halves(session)
    assert (first.label, second.label, second.starts) == ("Ouverture", "Visite", None)
    assert part(parts="sessions", sessions="Visite\n09:00 Accueil").status_code == 303
    assert [(half.id, half.label) for half in open_halves(session)] == [(second.id, "Visite"), (first.id, "Accueil")]


def test_what_cannot_be_parted_so_is_refused_and_stays_typed(house, session, part, sign_in, sitting):
    for sent, said in (
        ({"parts": "sessions", "sessions": ""}, "au moins"),
        ({"parts": "sessions", "sessions": "\n".join(map(str, "abcdefghi"))}, "de une à huit"),
        ({"parts": "sessions", "sessions": "10:00-09:00 Ouverture"}, "avant le début"),
        ({"parts": "sessions", "sessions": "10:00"}, "un nom à chaque"),
        ({"parts": "halves", "morning_ends": "09:00"}, "à laquelle"),
        ({"parts": "never"}, ""),
    ):
        answer = part(**sent)
        assert answer.status_code == 422
        html = checked(answer)
        assert said in text(html), sent
        assert sent.get("sessions", "") == html.findtext(".//textarea").replace("\r", "").strip("\n")
    assert [half.kind for half in open_halves(session)] == ["day"]
    assert sign_in(house.other_trainer).post(f"/sittings/{sitting.public_id}/halves").status_code == 404


def test_each_half_is_noted_and_the_day_counts_by_the_default_rule(house, session, part, sign_in, page):
    part(parts="halves")
    morning, afternoon = open_halves(session)
    client = sign_in(house.trainer)
    note(client, house, morning, "present", page)
    assert standing(session) == (True, [])
    html = page(client, roll(house, afternoon))
    assert form(html)[f"note-{house.learner.public_id}"] == ""
    assert "Matin" in text(html) and "Après-midi" in text(html)
    note(client, house, afternoon, "absent", page)
    assert standing(session) == (False, ["Noté par erreur"])
    assert "présent·e en partie" in text(page(sign_in(house.learner), f"/modules/{house.module.public_id}"))
    note(client, house, afternoon, "present", page)
    assert standing(session)[0] is True


def test_the_rule_version_may_ask_for_a_share(house, session, part, sign_in, page):
    part(parts="halves")
    terms = {house.steps["in_person"].public_id: {"attended": {"share": 1}}}
    session.execute(sa.update(RuleVersion).values(terms=terms))
    session.commit()
    client, (morning, afternoon) = sign_in(house.trainer), open_halves(session)
    note(client, house, morning, "present", page)
    assert standing(session)[0] is False
    note(client, house, afternoon, "present", page)
    assert standing(session)[0] is True


def test_what_was_noted_of_the_whole_day_counts_for_its_halves(house, session, part, sign_in, page):
    client, (whole,) = sign_in(house.trainer), open_halves(session)
    note(client, house, whole, "present", page)
    assert part(parts="halves").status_code == 303
    for half in open_halves(session):
        assert form(page(client, roll(house, half)))[f"note-{house.learner.public_id}"] == "present"
    assert standing(session) == (True, [])


def test_a_half_that_is_noted_is_not_left_out(house, session, part, sign_in, page):
    part(parts="halves")
    note(sign_in(house.trainer), house, open_halves(session)[1], "present", page)
    answer = part(parts="day")
    assert answer.status_code == 422 and "que vous retirez" in text(checked(answer))
    assert [half.kind for half in open_halves(session)] == ["morning", "afternoon"]


@pytest.fixture
def send(house, session, sign_in, page):
    def speak(person, **sent):
        client = sign_in(person)
        token = next(n.get("data-csrf") for n in page(client, "/").iter() if n.get("data-csrf"))
        step = house.steps["in_person"].public_id
        url = f"/api/v1/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}/steps/{step}/attendance"
        return client.post(url, json=sent, headers={"X-CSRFToken": token})

    return speak


def test_of_one_device_the_later_note_holds_whichever_comes_first(house, session, send):
    (half,) = open_halves(session)
    shared = {"half": half.public_id, "device": "a", "device_time": "1980-01-01T00:00:00Z"}
    assert send(house.trainer, present=True, sequence=7, client_id="7", **shared).json == {"present": True}
    answer = send(house.trainer, present=False, sequence=3, client_id="3", **shared)
    assert answer.json == {"present": True}
    assert standing(session) == (True, [])
    kept = session.execute(sa.select(AttendanceNote.present, AttendanceNote.late).order_by(AttendanceNote.id)).all()
    assert kept == [(True, False), (False, True)]
    session.commit()
    assert send(house.admin, present=False, sequence=1, client_id="1", half=half.public_id, device="b").json == {
        "present": False
    }, "counts of two devices are not compared"


def test_two_who_note_differently_are_both_kept_and_the_list_says_so(house, session, send, sign_in, page):
    (half,) = open_halves(session)
    shared = {"half": half.public_id, "was": None}
    assert send(house.trainer, present=True, client_id="a", **shared).status_code == 200
    assert send(house.admin, present=False, client_id="b", **shared).status_code == 200
    assert "Deux personnes ont noté cela différemment" in text(page(sign_in(house.trainer), roll(house)))
    assert session.scalar(sa.select(sa.func.count()).select_from(AttendanceNote)) == 2
    session.commit()
    send(house.trainer, present=True, client_id="c", half=half.public_id, was=False)
    assert "Deux personnes" not in text(page(sign_in(house.trainer), roll(house)))


def test_a_note_of_a_day_that_was_parted_meanwhile_counts_for_its_halves(house, session, send, part):
    (whole,) = open_halves(session)
    part(parts="halves")
    assert send(house.trainer, present=True, half=whole.public_id).status_code == 200
    assert standing(session) == (True, [])
    assert send(house.trainer, present=True, half="unknown").status_code == 422
    assert send(house.learner, present=True, half=whole.public_id).status_code == 404
