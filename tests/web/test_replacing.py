"""The page on which an administrator says yes to another file, and what the API and the command line say of it."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from media import cuts, replacing
from media.models import Caption, Recording, Rendition, Replacement, Version
from media.rules import Stage, State
from modules import access as modules_access
from modules import actions as modules_actions
from modules.actions import Report, played
from tests.world import ready_recording

NOW = datetime.now(UTC)
LIST = "cut 0:00-0:40"
CHAPTERS = "WEBVTT\n\n00:00:00.000 --> 00:00:30.000\nPrésentation\n\n00:00:30.000 --> 00:01:40.000\nSuite\n"
LINES = "WEBVTT\n\n00:00:05.000 --> 00:00:08.000\nTexte\n\n00:00:50.000 --> 00:00:53.000\nTexte\n"


@pytest.fixture
def waiting(house, session):
    """A recording of 100 s, of which the learner has seen all, and a file of 60 s that waits."""
    old = ready_recording(session, house.steps["recording"], 100.0, key="abc/def")
    told = {"state": State.READY, "state_at": old.state_at, "created_at": old.created_at, "duration": 60.0}
    new = Version(recording_id=old.recording_id, number=2, key="ghi/jkl", **told)
    session.add(new)
    session.flush()
    common = {"kind": "video", "width": 426, "height": 240, "bytes": 5_000_000, "bandwidth": 1, "average_bandwidth": 1,
              "codecs": "avc1", "name": "240p", "download_bytes": 5_000_000}  # fmt: skip
    for version in (old, new):
        made = {"key": f"{version.key}/240p.mp4", "download_key": f"{version.key}/download-240.mp4"}
        session.add(Rendition(version_id=version.id, **made, **common))
    row = replacing.propose(session, new.id, old.state_at)
    session.commit()
    now = old.state_at
    at = modules_access.watchable_for(session, house.learner, house.steps["recording"].public_id, now)
    modules_actions.watch(session, at, house.learner, Report(played([(0, 100)])), now=now)
    session.commit()
    return row


def found(session, row, pieces=((40, 100, 0),)):
    row.stage, row.pieces, row.sure = Stage.FOUND, [list(piece) for piece in pieces], 0.93
    session.commit()


def url_of(session, row, part="replacement"):
    url = f"/recordings/{session.get_one(Recording, row.recording_id).public_id}/{part}"
    session.rollback()  # A test's own reading would keep the server from writing.
    return url


def text_of(tree):
    return " ".join("".join(tree.find(".//main").itertext()).split())


def test_who_waits_for_a_comparison_reads_how_long_it_takes_or_that_the_disk_is_full(
    house, session, waiting, sign_in, page
):
    client, url = sign_in(house.admin), url_of(session, waiting)
    assert "espace disque" not in text_of(page(client, url))
    waiting.reason = "no_room"
    session.commit()
    assert "attend de l’espace disque" in text_of(page(client, url))
    waiting.reason, waiting.stage, waiting.progress, waiting.eta_s = None, Stage.COMPARING, 0.5, 120.0
    session.commit()
    said = text_of(page(client, url)).replace("\xa0", " ")
    assert "reste 2 min" in said and "espace disque" not in said


def answer_of(tree, word):
    form = next(form for form in tree.findall(".//form") if (form.get("action") or "").endswith(word))
    return form.get("action"), {field.get("name"): field.get("value") for field in form.findall("input")}


def test_the_page_tells_the_map_and_what_it_means_before_and_after_the_comparison(
    house, session, waiting, sign_in, page
):
    client, url = sign_in(house.admin), url_of(session, waiting)
    assert sign_in(house.trainer).get(url).status_code == 403
    said = text_of(page(client, url))
    assert "comparés par leur son" in said and "Utiliser le nouveau fichier" not in said
    told = {"version_id": waiting.from_version_id, "language": "fr", "label": "Français", "at": NOW}
    session.add_all([Caption(body=LINES, **told), Caption(body=CHAPTERS, kind="chapters", **told)])
    found(session, waiting)
    tree = page(client, url)
    said = text_of(tree)
    assert "1 chapitre tombe dans ce qui a été retiré" in said and "Présentation" in said and "Suite" not in said
    assert "1 sous-titre tombe dans ce qui a été retiré" in said and "tombe dans ce qui a changé" not in said
    assert "40 s du fichier actuel ont été retirées. Rien n’est redemandé." in said
    assert "Retiré" in said and "0:00–0:40" in said and "Cohort 1" in said
    plays = [a.get("href") for a in tree.findall(".//table//a")]
    assert len(plays) == 1 and plays[0].endswith("#t=0.0,40") and "/media/" in plays[0]
    assert "attend votre accord" in text_of(page(client, url_of(session, waiting, "")[:-1]))
    assert "attend votre accord" in client.get("/recordings").get_data(as_text=True)


def test_yes_twice_is_yes_once_and_the_old_file_comes_back_by_one_press(house, session, waiting, sign_in, page):
    client, url = sign_in(house.admin), url_of(session, waiting)
    found(session, waiting)
    action, data = answer_of(page(client, url), "/acceptance")
    assert client.post(action, data=data).status_code == 303
    assert "déjà en service" in client.post(action, data=data, follow_redirects=True).get_data(as_text=True)
    other, _ = answer_of(page(client, url_of(session, waiting, "")[:-1]), "/restoration")
    keep = action.replace("acceptance", "rejection")
    assert client.post(keep, data=data).status_code == 409
    session.rollback()
    recording = session.get_one(Recording, waiting.recording_id)
    in_use = select(Version.number).where(Version.recording_id == recording.id).order_by(Version.shown_at.desc())
    assert session.scalars(in_use.where(Version.shown_at.is_not(None))).first() == 2
    session.rollback()
    assert client.post(other).status_code == 303
    assert session.scalars(in_use.where(Version.shown_at.is_not(None))).first() == 1
    session.rollback()
    assert client.post(other).status_code == 303, "pressed twice"
    assert client.get(url).status_code == 303, "nothing waits any more"


def test_learners_are_told_how_much_is_new_until_they_have_seen_it(house, session, waiting, sign_in, page):
    client, learner = sign_in(house.admin), sign_in(house.learner)
    step = f"/steps/{house.steps['recording'].public_id}"
    session.rollback()
    assert "ont changé" not in learner.get(step).get_data(as_text=True)
    found(session, waiting, ((0, 20, 0), (50, 80, 30)))
    action, data = answer_of(page(client, url_of(session, waiting)), "/acceptance")
    assert client.post(action, data=data).status_code == 303
    tree = page(learner, step)
    said = text_of(tree)
    assert "10 s de cet enregistrement ont changé" in said and "elle reste faite" in said and "0:20–0:30" in said
    strip = tree.find(".//div[@data-strip]")
    assert "passage changé" in "".join(strip.itertext())
    assert [part for part in strip.iter() if part.get("class") == "q"]
    at = modules_access.watchable_for(session, house.learner, house.steps["recording"].public_id, waiting.decided_at)
    modules_actions.watch(session, at, house.learner, Report(played([(20, 30)])), now=waiting.decided_at)
    session.commit()
    assert "ont changé" not in text_of(page(learner, step))


def test_a_yes_to_a_map_that_was_drawn_anew_is_refused(house, session, waiting, sign_in, page):
    client, url = sign_in(house.admin), url_of(session, waiting)
    found(session, waiting)
    action, data = answer_of(page(client, url), "/acceptance")
    found(session, waiting, ())
    assert client.post(action, data=data).status_code == 409
    session.rollback()
    session.refresh(waiting)
    assert waiting.decided_at is None


def test_cuts_are_written_down_and_wrong_lines_say_what_is_wrong_and_stay(house, session, waiting, sign_in, page):
    client, url = sign_in(house.admin), url_of(session, waiting)
    wrong = "cut 0:00-0:10\nsomething else\ncut 0:05-0:12"
    answer = client.post(f"{url}/cuts", data={"cuts": wrong})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "something else" in text
    assert "Ligne 2" in text and "Ligne 3" in text
    session.rollback()
    assert client.post(f"{url}/cuts", data={"cuts": LIST}).status_code == 303
    session.refresh(waiting)
    assert (waiting.stage, waiting.pieces, waiting.cuts) == (Stage.LISTED, [[40, 100, 0]], LIST)
    assert "D’après la liste" in text_of(page(client, url))


def test_a_passage_is_asked_again_or_not_as_somebody_says_who_knows_better(house, session, waiting, sign_in, page):
    client, url = sign_in(house.admin), url_of(session, waiting)
    found(session, waiting)
    seen = answer_of(page(client, url), "/acceptance")[1]["map"]
    for start, end, said in (("abc", "0:20", "par exemple 12:40"), ("0:20", "0:10", "finit avant de commencer")):
        answer = client.post(f"{url}/marks", data={"start": start, "end": end})
        assert answer.status_code == 422 and said in answer.get_data(as_text=True)
        assert f'value="{start}"' in answer.get_data(as_text=True)
    beyond = client.post(f"{url}/marks", data={"start": "0:10", "end": "99:00"})
    said = beyond.get_data(as_text=True)
    assert beyond.status_code == 422 and "finit à 1:00" in said and 'value="99:00"' in said
    session.refresh(waiting)
    assert waiting.pieces == [[40, 100, 0]] and waiting.marked_at is None
    session.rollback()
    assert "à la main" not in text_of(page(client, url))
    assert client.post(f"{url}/marks", data={"start": "0:10", "end": "0:20"}).status_code == 303
    assert "à la main, en dernier par admin" in text_of(page(client, url))
    session.refresh(waiting)
    assert waiting.pieces == [[40, 50, 0], [60, 100, 20]]
    session.rollback()
    tree = page(client, url)
    said = text_of(tree)
    assert "10 s du nouveau fichier ont changé" in said.replace("\xa0", " ")
    (row,) = tree.findall(".//section[@id='learners']//tbody/tr")
    cells = [" ".join("".join(cell.itertext()).split()) for cell in row]
    assert cells[2:] == ["1", "1", "0", "10 s"] or cells[2:4] == ["1", "0"], cells
    action, data = answer_of(tree, "/marks")
    assert (data["start"], data["end"]) == ("10", "20") or (data["start"], data["end"]) == ("10.0", "20.0")
    accepted = f"{url}/acceptance"
    answer = {"answer": str(waiting.id), "map": seen}
    session.rollback()
    assert client.post(accepted, data=answer).status_code == 409, "another map was looked at"
    assert client.post(action, data=data | {"same": "1"}).status_code == 303
    session.refresh(waiting)
    assert waiting.pieces == [[40, 100, 0]]
    session.rollback()
    assert "dit déjà" in client.post(action, data=data | {"same": "1"}, follow_redirects=True).get_data(as_text=True)


def test_subtitles_of_a_changed_passage_go_along_and_are_to_be_checked_until_somebody_has(
    house, session, waiting, sign_in, page
):
    client, url = sign_in(house.admin), url_of(session, waiting)
    session.add(Caption(version_id=waiting.from_version_id, language="fr", label="Français", body=LINES, at=NOW))
    found(session, waiting, ((40, 48, 0), (58, 100, 18)))
    tree = page(client, url)
    assert "1 sous-titre tombe dans ce qui a changé" in text_of(tree)
    action, data = answer_of(tree, "/acceptance")
    assert client.post(action, data=data).status_code == 303
    tree = page(client, url_of(session, waiting, "")[:-1])
    assert "1 ligne à contrôler" in text_of(tree)
    (link,) = (a.get("href") for a in tree.findall(".//a") if (a.get("href") or "").endswith("#line-0"))
    editor = page(client, link.split("#")[0])
    assert "À contrôler" in text_of(editor)
    form = next(form for form in editor.findall(".//form") if form.find(".//*[@id='start-0']") is not None)
    sent = {field.get("name"): field.get("value") for field in form.iter("input") if field.get("type") != "checkbox"}
    sent |= {field.get("name"): field.text.strip() for field in form.iter("textarea")}
    assert (sent["start-0"], sent["text-0"]) == ("00:00:10.000", "Texte")
    assert client.post(link.split("#")[0].split("?")[0], data=sent | {"do": "save"}).status_code == 303
    assert "à contrôler" not in text_of(page(client, url_of(session, waiting, "")[:-1]))


def test_no_keeps_the_present_file_and_it_can_be_compared_again(house, session, waiting, sign_in, page):
    client, url = sign_in(house.admin), url_of(session, waiting)
    found(session, waiting)
    action, data = answer_of(page(client, url), "/rejection")
    assert client.post(action, data=data).status_code == 303
    again, _ = answer_of(page(client, url_of(session, waiting, "")[:-1]), "/comparison")
    assert client.post(again).status_code == 303
    assert "comparés par leur son" in text_of(page(client, url))
    end, _ = answer_of(page(client, url), "/comparison/end")
    assert client.post(end).status_code == 303
    assert "a été arrêtée" in text_of(page(client, url))


def test_machines_read_the_map_and_answer(house, session, waiting, sign_in):
    client, base = sign_in(house.admin), "/api/v1" + url_of(session, waiting, "")[:-1]
    page = client.get("/recordings").get_data(as_text=True)
    client.environ_base["HTTP_X_CSRFTOKEN"] = re.findall(r'data-csrf="([^"]+)"', page)[0]
    assert client.get(base).get_json()["waits"] is True
    assert client.get(f"{base}/replacement").get_json()["stage"] == "waiting"
    assert client.post(f"{base}/replacement/cuts", json={"cuts": "nonsense"}).status_code == 422
    told = client.post(f"{base}/replacement/cuts", json={"cuts": LIST}).get_json()
    assert (told["pieces"], told["changed"], told["gone"]) == ([[40, 100, 0]], [], [[0, 40]])
    passage = {"start": 10, "end": 20}
    assert client.post(f"{base}/replacement/marks", json={"start": 20, "end": 10}).status_code == 422
    assert client.post(f"{base}/replacement/marks", json={"start": 20, "end": 5940}).status_code == 422
    assert client.post(f"{base}/replacement/marks", json=passage).get_json()["changed"] == [[10, 20]]
    told = client.post(f"{base}/replacement/marks", json=passage | {"same": True}).get_json()
    assert told["changed"] == [] and (told["to_check"], told["gone_cues"]) == (0, 0)
    (line,) = told["effects"]
    assert (line["done"], line["done_below"], line["again"]) == (1, 0, 0)
    answer = {"id": told["id"], "map": told["map"]}
    assert client.post(f"{base}/replacement/acceptance", json=answer | {"map": "other"}).status_code == 409
    assert client.post(f"{base}/replacement/acceptance", json=answer).get_json() == {
        "upload": told["upload"],
        "now": True,
    }
    assert client.post(f"{base}/replacement/acceptance", json=answer).get_json()["now"] is False
    assert client.get(f"{base}/replacement").status_code == 404
    assert client.get(base).get_json()["waits"] is False


def test_the_command_line_replaces_a_recording(app, house, session, waiting, tmp_path):
    public_id = session.get_one(Recording, waiting.recording_id).public_id
    waiting_id = session.get_one(Version, waiting.version_id).public_id
    listed = tmp_path / "cuts.txt"
    listed.write_text(LIST)
    run = app.test_cli_runner().invoke
    session.rollback()
    assert '"stage": "waiting"' in run(args=["media", "replace", public_id]).output
    refused = run(args=["media", "replace", public_id, "--accept", waiting_id])
    assert refused.exit_code == 1, "it was not compared yet"
    other = run(args=["media", "replace", public_id, "--cuts", str(listed), "--accept", "another"])
    assert other.exit_code == 1 and waiting_id in other.output and "another" in other.output
    done = run(args=["media", "replace", public_id, "--cuts", str(listed), "--accept", waiting_id])
    assert done.exit_code == 0, done.output
    assert run(args=["media", "replace", public_id]).exit_code == 1
    assert run(args=["media", "replace", public_id, "--back", "1"]).exit_code == 0
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x" * 100)
    sent = run(args=["media", "replace", public_id, "--file", str(film)])
    assert sent.exit_code == 0, sent.output
    assert session.scalars(select(Version.number).where(Version.public_id == sent.output.strip())).one() == 3
    assert session.scalars(select(Replacement.accepted)).all() == [True]


@pytest.mark.parametrize(
    ("text", "new", "pieces"),
    [
        ("", 100, [(0, 100, 0)]),
        ("cut 00:00–00:40", 60, [(40, 100, 0)]),
        ("coupé 0:10 à 0:20\ncut 1:30-1:40", 80, [(0, 10, 0), (20, 90, 10), (100, 100, 80)][:2]),
        ("insert at 0:12, 30 s", 130, [(0, 12, 0), (12, 100, 42)]),
        ("inséré à 0:12, 0:30", 130, [(0, 12, 0), (12, 100, 42)]),
        ("replaced 0:20–0:30", 100, [(0, 20, 0), (30, 100, 30)]),
        ("Remplacé 0:20–0:30 par 0:25,5", 115.5, [(0, 20, 0), (30, 100, 45.5)]),
        ("\n  cut 0:50 - 0:60 \n\n cut 0:00-0:10\n", 80, [(10, 50, 0), (60, 100, 40)]),
    ],
)
def test_a_list_of_cuts_becomes_pieces(text, new, pieces):
    read = cuts.read(text, 100.0, float(new))
    assert (read.wrong, read.pieces) == ([], pieces)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("hello", 1),
        ("cut 0:50-0:40", 1),
        ("cut 0:50-2:40\ncut 1", 2),
        ("insert at 3:00, 30 s", 1),
        ("cut 0:10-0:30\nreplaced 0:20-0:40", 1),
        ("cut 0:00-0:30", 1),  # The new file is longer than that.
        ("", 1),
    ],
)
def test_a_wrong_list_says_each_wrong_line_and_maps_nothing(text, wrong):
    read = cuts.read(text, 100.0, 60.0)
    assert (len(read.wrong), read.pieces) == (wrong, [])
