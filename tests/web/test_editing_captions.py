"""Subtitles are edited line by line: split, joined, deleted, shifted; a save is a version, and two people are told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from media import actions, captions, drafts
from media.captions import Cue, editing
from media.captions.editing import Line
from media.models import Caption, Recording
from tests.cue_forms import filled
from tests.world import ready_recording

CUES = [Cue(n * 3, n * 3 + 2, f"Phrase {n}") for n in range(120)]


@pytest.fixture
def url(house, session) -> str:
    """Where subtitles of 120 lines are edited: three pages."""
    version = ready_recording(session, house.steps["recording"], 400.0)
    now = datetime.now(UTC)
    kept = actions.caption(session, version, house.admin, "fr", "Français", captions.webvtt(CUES), now)
    name = session.get_one(Recording, version.recording_id).public_id
    session.commit()
    return f"/recordings/{name}/captions/{kept.public_id}"


def hidden(text: str, name: str) -> str:
    """What the form of the lines brings along; the first one is the form that shifts all."""
    return text.split(f'name="{name}" value="')[-1].split('"')[0]


def shown(session) -> list[Cue]:
    found = session.scalars(sa.select(Caption.body).where(Caption.put_away_at.is_(None))).one()
    session.commit()
    return captions.cues_of(found)


def test_a_page_is_saved_in_its_place_as_a_version_and_the_earlier_comes_back(house, url, sign_in, page, session):
    client = sign_in(house.admin)
    form = filled(page, client, f"{url}?page=2") | {"text-0": "Corrigé & relu", "end-0": "2:31,5", "gone-1": "1"}
    saved = client.post(url, data=form)
    assert saved.status_code == 303 and "page=2" in saved.location
    now = shown(session)
    assert (len(now), now[50], now[51].text, now[49].text) == (
        119, Cue(150, 151.5, "Corrigé &amp; relu"), "Phrase 52", "Phrase 49",
    )  # fmt: skip
    assert session.scalar(sa.select(sa.func.count()).select_from(Caption)) == 2
    session.commit()
    assert "Corrigé &amp; relu" in client.get(saved.location).text
    assert "Corrigé" in client.get(f"{url}?page=2").text, "an old address leads to what is shown now"
    assert client.post(f"{url}/restoration").status_code == 303
    assert shown(session) == CUES


def test_a_press_that_changes_nothing_makes_no_version(house, url, sign_in, page, session):
    client = sign_in(house.admin)
    assert client.post(url, data=filled(page, client, url)).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(Caption)) == 1


def test_lines_are_split_joined_and_added_before_they_are_saved(house, url, sign_in, page, session):
    client = sign_in(house.admin)
    form = filled(page, client, url)
    for what, fields, lines in (
        ("split-0", {"caret": "7"}, ["Phrase", "0", "Phrase 1"]),
        ("merge-0", {}, ["Phrase 0\nPhrase 1", "Phrase 2"]),
        ("add-0", {}, ["Phrase 0", "", "Phrase 1"]),
        ("split-999", {}, ["Phrase 0"]),
        ("nonsense", {}, ["Phrase 0"]),
    ):
        answer = client.post(url, data=form | fields | {"do": what})
        assert answer.status_code == 200
        texts = [part.split("</textarea>")[0].split(">\n", 1)[1] for part in answer.text.split("<textarea")[1:]]
        assert texts[: len(lines)] == lines, what
    assert shown(session) == CUES, "nothing is saved yet"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start-3": "soon"}, "Ligne 4"),
        ({"end-3": "0"}, "Ligne 4"),
        ({"text-3": " "}, "Ligne 4"),
        ({"text-3": "<script></script>"}, "Ligne 4"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_typed_is_lost(house, url, sign_in, page, session, fields, said):
    client = sign_in(house.admin)
    refused = client.post(url, data=filled(page, client, url) | fields | {"text-9": "Déjà tapé"})
    assert refused.status_code == 422 and said in refused.text and "Déjà tapé" in refused.text
    assert shown(session) == CUES


def test_the_second_of_two_is_told_sees_both_and_can_then_save(house, url, sign_in, page, session):
    client = sign_in(house.admin)
    mine = filled(page, client, url) | {"text-1": "La mienne"}
    theirs = filled(page, client, url) | {"text-2": "La leur", "gone-5": "1"}
    assert client.post(url, data=theirs).status_code == 303
    told = client.post(url, data=mine)
    assert told.status_code == 422 and "La mienne" in told.text and "La leur" in told.text
    assert shown(session)[2].text == "La leur"
    again = mine | {"text-2": "La leur", "gone-5": "1"}
    for name in ("began", "first", "held"):
        again[name] = hidden(told.text, name)
    assert client.post(url, data=again).status_code == 303
    now = shown(session)
    assert ([now[1].text, now[2].text], len(now)) == (["La mienne", "La leur"], 119)


def test_two_may_save_two_pages_at_once(house, url, sign_in, page, session):
    client = sign_in(house.admin)
    mine = filled(page, client, f"{url}?page=2") | {"text-0": "La mienne"}
    theirs = filled(page, client, url) | {"text-2": "La leur", "gone-5": "1", "gone-6": "1"}
    assert client.post(url, data=theirs).status_code == 303
    assert client.post(url, data=mine).status_code == 303
    now = shown(session)
    assert ([now[2].text, now[47].text, now[48].text], len(now)) == (["La leur", "Phrase 49", "La mienne"], 118)
    moved = filled(page, client, url) | {"start-0": "4:00", "end-0": "4:01"}
    last = filled(page, client, f"{url}?page=2") | {"text-49": "Encore"}
    assert client.post(url, data=moved).status_code == 303
    told = client.post(url, data=last)
    assert told.status_code == 422 and "Encore" in told.text and "Phrase 0" in told.text, (
        "it has come among these lines"
    )


def test_of_two_in_the_same_moment_one_is_told_and_nothing_is_lost(house, url, sign_in, page, session, monkeypatch):
    client, begun, both = sign_in(house.admin), drafts.begun, threading.Barrier(2)
    forms = [filled(page, client, url) | {f"text-{n}": f"De {n}"} for n in (1, 2)]

    def meet(*content):
        with suppress(threading.BrokenBarrierError):  # Whoever waits for the other's transaction does not come.
            both.wait(1)
        return begun(*content)

    monkeypatch.setattr(drafts, "begun", meet)
    clients = [sign_in(house.admin) for _ in forms]
    session.commit()
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda pair: pair[0].post(url, data=pair[1]), zip(clients, forms, strict=True)))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    saved = [answer.status_code for answer in answers].index(303)
    assert shown(session)[saved + 1].text == f"De {saved + 1}"
    told = answers[1 - saved].text
    assert "De 1" in told and "De 2" in told and "Quelqu’un a modifié cela" in told


def test_what_is_put_away_while_somebody_edits_it_is_told_and_can_be_saved(house, url, sign_in, page, session):
    client = sign_in(house.admin)
    mine = filled(page, client, url) | {"text-1": "La mienne"}
    assert client.post(f"{url}/removal").status_code == 303
    told = client.post(url, data=mine)
    assert told.status_code == 422 and "La mienne" in told.text and "ont été retirés" in told.text
    assert session.scalars(sa.select(Caption).where(Caption.put_away_at.is_(None))).all() == []
    session.commit()
    mine["began"] = hidden(told.text, "began")
    assert client.post(url, data=mine).status_code == 303
    assert shown(session)[1].text == "La mienne"


@pytest.mark.parametrize(
    ("by", "status", "first"), [("1,5", 303, 1.5), ("+2", 303, 2.0), ("-1", 422, 0), ("x", 422, 0), ("", 422, 0)]
)
def test_all_are_shifted_at_once_but_not_before_the_beginning(house, url, sign_in, page, session, by, status, first):
    client = sign_in(house.admin)
    began = client.get(url).text.split('name="began" value="')[1].split('"')[0]
    assert client.post(f"{url}/shift", data={"by": by, "began": began}).status_code == status
    assert shown(session)[0].start == first
    assert len(shown(session)) == 120


@pytest.mark.parametrize(
    ("text", "second"),
    [("75", 75), ("1:15", 75), ("1:15,5", 75.5), ("00:01:15.500", 75.5), ("1:75", None), ("", None), ("-1", None)],
)
def test_times_are_typed_in_several_ways(text, second):
    assert editing.second(text) == second


def test_both_halves_of_a_line_have_their_part_of_its_time():
    one, other = editing.split(Line("0:00", "0:10", "Une moitié et\nl’autre moitié"))
    assert (one.text, other.text, one.start, other.end) == ("Une moitié et", "l’autre moitié", "0:00", "0:10")
    assert one.end == other.start and 4 < editing.second(one.end) < 6
    assert editing.merged(one, other).text == "Une moitié et\nl’autre moitié"
    assert [part.text for part in editing.split(Line("x", "y", "abcdef"))] == ["abc", "def"]
