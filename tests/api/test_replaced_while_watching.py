"""Another file comes into use while somebody watches: what her page says late counts on the file that she saw."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from media import replacing
from media.models import Recording, Version
from media.rules import State
from modules.models import Completion, Coverage
from tests.world import another_file, ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def url(house, session):
    """The address of the recording step's watching; the recording lasts 100 s."""
    ready_recording(session, house.steps["recording"])
    session.commit()
    return f"/api/v1/steps/{house.steps['recording'].public_id}/watching"


@pytest.fixture
def replace(house, session):
    """`replace([[40, 100, 0]], 60.0)`: an administrator says yes to another file."""

    def put(pieces, length):
        recording = session.get_one(Recording, house.steps["recording"].recording_id, populate_existing=True)
        row = another_file(session, recording, pieces, length, NOW)
        at = NOW + timedelta(seconds=session.get_one(Version, row.version_id).number)
        replacing.accept(session, recording, row, replacing.print_of(row), house.admin, at)
        session.commit()

    return put


def opened(client, house):
    """The file that the page of somebody who opens the step now plays, as the page names it in its reports."""
    page = client.get(f"/steps/{house.steps['recording'].public_id}").get_data(as_text=True)
    return re.findall(r'data-version="([^"]+)"', page)[0]


def kept(session):
    """What is kept of each file, by its number."""
    session.rollback()
    rows = session.execute(sa.select(Version.number, Coverage.ranges).join(Coverage, Coverage.version_id == Version.id))
    return {row.number: row.ranges for row in rows}


def test_a_page_that_goes_on_with_the_old_file_counts_there_and_is_carried(
    house, session, url, replace, sign_in, speak
):
    version, client = opened(sign_in(house.learner), house), speak(house.learner)
    assert client.post(url, json={"segments": [[0, 50]], "version": version}).json["covered"] == 50
    replace([[40, 100, 0]], 60.0)
    answer = client.post(url, json={"segments": [[50, 80]], "version": version, "position": 80}).json
    assert (answer["duration"], answer["missing"], answer["done"]) == (60, [[40, 60]], False)
    answer = client.post(url, json={"segments": [[80, 100]], "version": version, "position": 100}).json
    assert (answer["missing"], answer["done"], client.get(url).json["done"]) == ([], True, True)
    assert kept(session) == {1: [[0, 100]]}
    assert opened(sign_in(house.learner), house) != version


def test_two_pages_of_one_person_with_two_files_add_up_and_nothing_counts_twice(
    house, session, url, replace, sign_in, speak
):
    old, client = opened(sign_in(house.learner), house), speak(house.learner)
    replace([[40, 100, 0]], 60.0)
    new = opened(sign_in(house.learner), house)
    client.post(url, json={"segments": [[0, 40]], "version": new})
    assert client.get(url).json["covered"] == 40
    answer = client.post(url, json={"segments": [[0, 90]], "version": old}).json
    assert (answer["covered"], answer["missing"]) == (50, [[50, 60]])
    assert kept(session) == {1: [[0, 90]], 2: [[0, 40]]}


def test_what_a_phone_kept_for_days_counts_on_the_file_it_saw_however_many_came_since(
    house, session, url, replace, sign_in, speak
):
    version, client = opened(sign_in(house.learner), house), speak(house.learner)
    replace([[40, 100, 0]], 60.0)  # its beginning was cut,
    replace([[0, 30, 0], [30, 60, 40]], 70.0)  # then ten seconds were put in
    days_ago = (NOW - timedelta(days=6)).isoformat()
    report = {"segments": [[0, 100]], "version": version, "position": 100, "batch": "kept", "device_time": days_ago}
    answer = client.post(url, json=report).json
    assert (answer["duration"], answer["covered"], answer["missing"]) == (70, 60, [[30, 40]])
    assert answer["done"], "the file that she saw was seen to its end"
    assert client.post(url, json=report).json["covered"] == 60, "sent again it is the same"
    assert session.scalar(sa.select(sa.func.count()).select_from(Completion)) == 1
    assert kept(session) == {1: [[0, 100]]}


def test_a_file_of_another_recording_is_named_in_vain(house, session, url, replace, speak):
    other = Recording(title="Autre", created_at=NOW)
    session.add(other)
    session.flush()
    told = {"state": State.READY, "state_at": NOW, "created_at": NOW, "shown_at": NOW, "duration": 100.0}
    foreign = Version(recording_id=other.id, number=1, **told)
    session.add(foreign)
    session.commit()
    name = foreign.public_id
    session.rollback()
    client = speak(house.learner)
    assert client.post(url, json={"segments": [[0, 50]], "version": name}).status_code in (404, 422)
    assert client.get(url).json["covered"] == 0 and kept(session) == {}
