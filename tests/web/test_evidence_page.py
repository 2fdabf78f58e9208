"""The evidence of one learner and step, as the trainer reads it, and what is let count no longer."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.people.models import Membership
from app.people.rules import Role
from modules import access, actions, rules
from modules.actions import Report, played
from modules.models import Completion, Coverage, Revocation, WatchingRevocation
from tests.world import ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def url(house, session):
    """The page of the learner's facts of the recording (100 s)."""
    version = ready_recording(session, house.steps["recording"])
    session.commit()
    at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
    for start, end, klass, device in (
        (0, 40, "online", "phone"),
        (30, 60, rules.READ, None),
        (60, 70, "online", "phone"),
    ):
        report = Report(played([[start, end]]), klass=klass, device=device, device_time=NOW, sent_at=NOW, speed=1)
        actions.watch(session, at, house.learner, report, now=NOW)
    step = house.steps["recording"]
    actions.credit(session, step, version.id, [house.learner.id], [[70, 95]], batch="hall", now=NOW, by=house.trainer)
    session.commit()
    return (
        f"/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}/steps/{step.public_id}/evidence"
    )  # fmt: skip


def text(page):
    return " ".join(" ".join(page.itertext()).split())


def test_the_trainer_reads_each_fact_with_its_class_and_what_is_odd(url, house, sign_in, page):
    client = sign_in(house.trainer)
    said = text(page(client, url))
    assert "dans la salle, attribué par trainer" in said and "0:30–1:00" in said
    assert "un seul grand morceau" not in said
    only = text(page(client, f"{url}?only=in room"))
    assert "1:10–1:35" in only and "0:30–1:00" not in only.split("Choisir")[-1]
    assert sign_in(house.other_trainer).get(url).status_code == 404
    assert sign_in(house.learner).get(url).status_code == 403


def test_what_counts_no_longer_is_asked_about_then_done_and_undone(url, house, sign_in, page, session):
    client = sign_in(house.trainer)
    asked = text(page(client, f"{url}/revocation?fact=4"))
    assert re.search("95.% .*70.%", asked) and "Retirer aussi l’étape" in asked
    refused = client.post(f"{url}/revocation", data={"fact": "4", "why": " "})
    assert refused.status_code == 422 and "Dites pourquoi" in refused.text
    assert session.scalar(sa.select(sa.func.count(WatchingRevocation.id))) == 0
    session.rollback()
    assert client.post(f"{url}/revocation", data={"fact": ["4", "77"], "why": "Absente"}).status_code == 303
    assert session.scalar(sa.select(Coverage.seconds).where(Coverage.klass == rules.IN_ROOM)) == 0
    assert session.scalar(sa.select(sa.func.count(Revocation.id))) == 0  # Not without being said.
    session.rollback()
    assert "Absente" in client.get(f"{url}?only=revoked").text
    client.post(f"{url}/restoration", data={"fact": "4"})
    session.rollback()
    assert session.scalar(sa.select(Coverage.seconds).where(Coverage.klass == rules.IN_ROOM)) == 25
    session.rollback()
    client.post(f"{url}/revocation", data={"fact": "4", "why": "Absente", "take_back": "1"})
    session.rollback()
    assert session.scalars(sa.select(Revocation.why)).all() == ["Absente"]
    assert session.scalar(sa.select(sa.func.count(Completion.id))) == 1
    session.rollback()
    assert sign_in(house.other_trainer).post(f"{url}/revocation", data={"fact": "1", "why": "x"}).status_code == 404


def test_who_learns_and_trains_changes_nothing_of_the_own_facts(url, house, sign_in, session):
    session.add(Membership(person_id=house.learner.id, cohort_id=house.cohort.id, role=Role.TRAINER, since=NOW))
    session.commit()
    client = sign_in(house.learner)
    assert client.get(url).status_code == 200
    assert client.post(f"{url}/revocation", data={"fact": "1", "why": "x"}).status_code == 409
