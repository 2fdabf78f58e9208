"""The page of a recording."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.i18n import clock
from media.models import Rendition, Version
from media.rules import State
from modules import access, actions
from modules.actions import Report
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).split())


@pytest.fixture
def url(house, session):
    """A recording of 1000 s in three pictures and sound."""
    version = ready_recording(session, house.steps["recording"], 1000.0, key="k/a")
    for name, kind, height, size in (
        ("480p", "video", 480, 40_000_000),
        ("360p", "video", 360, 20_000_000),
        ("240p", "video", 240, 10_000_000),
        ("sound", "sound", None, 3_000_000),
    ):
        plain = name == "360p"
        session.add(
            Rendition(
                version_id=version.id, name=name, kind=kind, width=height and 640, height=height, bytes=size,
                bandwidth=1, average_bandwidth=1, codecs="x", key=f"k/a/{name}.mp4",
                download_key="k/a/plain.mp4" if plain else None, download_bytes=size if plain else None,
            )
        )  # fmt: skip
    session.commit()
    return f"/steps/{house.steps['recording'].public_id}"


@pytest.fixture
def watched(house, session, url):
    at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
    actions.watch(session, at, house.learner, Report(actions.played([[0, 400], [600, 700]], 700)), now=NOW)
    session.commit()


def test_nothing_is_loaded_before_the_click_and_its_price_is_said(house, sign_in, page, url):
    html = page(sign_in(house.learner), url)
    video = html.find(".//video")
    assert video.get("preload") == "none" and video.get("controls") is not None
    assert video.get("src").endswith("plain.mp4")
    assert "20 Mo pour ce qui manque" in text(html).replace("\u00a0", " ")


def test_missing_passages_are_links_that_work_without_scripts(house, sign_in, page, url, watched):
    html = page(sign_in(house.learner), url)
    links = [a.get("href") for a in html.iter("a") if "#t=" in (a.get("href") or "")]
    assert links == [f"{url}?t=400#t=400", f"{url}?t=700#t=700"]
    assert page(sign_in(house.learner), f"{url}?t=400").find(".//video").get("src").endswith("#t=400.0")


def test_it_resumes_at_the_same_second_on_another_device(house, sign_in, page, url, watched):
    assert page(sign_in(house.learner), url).find(".//video").get("src").endswith("#t=700.0")


@pytest.mark.parametrize(
    ("segments", "position", "words"),
    [
        ([[0, 400]], 400, "Reprendre à 6:40"),
        ([[0, 400]], 45.9, "Reprendre à 0:45"),
        ([[0, 400], [600, 1000]], 1000, "Voir ce qui manque, à partir de 6:40"),
        ([], 0, "Regarder"),
    ],
)
def test_the_button_says_the_second_at_which_the_player_opens(
    house, session, sign_in, page, url, segments, position, words
):
    at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
    actions.watch(session, at, house.learner, Report(actions.played(segments, position)), now=NOW)
    session.commit()
    client = sign_in(house.learner)
    start = float(page(client, url).find(".//div[@data-watch]").get("data-start"))
    for place in ("/", f"/modules/{house.module.public_id}"):
        buttons = [text(link) for link in page(client, place).iter("a") if link.get("href") == url]
        assert any(button.startswith(words) for button in buttons), buttons
    said = words.rpartition(" ")[2]
    assert clock(start) == said if ":" in said else start == 0


def test_the_lengths_of_missing_passages_add_up_to_what_the_heading_says(house, session, sign_in, page, url):
    at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
    played = [[0, 100.6], [111, 200.6], [211, 300.6], [311, 1000]]
    actions.watch(session, at, house.learner, Report(actions.played(played, 1000)), now=NOW)
    session.commit()
    part = page(sign_in(house.learner), url).find(".//section[@data-missing]")
    rows = [text(row) for row in part.iter("li")]
    assert ["11 s" in row.replace("\u00a0", " ") for row in rows] == [True] * 3, rows
    assert "33 s" in text(part.find("h2")).replace("\u00a0", " ")


def test_the_price_is_that_of_the_missing_part(house, sign_in, page, url, watched):
    assert "10 Mo pour ce qui manque" in text(page(sign_in(house.learner), url)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("wanted", "ending"), [("240p", "240p.mp4"), ("sound", "sound.mp4"), ("nonsense", "plain.mp4")]
)
def test_the_choice_of_format_stays_with_the_device(house, sign_in, page, url, wanted, ending):
    client = sign_in(house.learner)
    page(client, f"{url}?format={wanted}")
    assert page(client, url).find(".//video").get("src").endswith(ending)


def test_each_format_says_what_it_is_for_and_what_it_costs(house, sign_in, page, url):
    options = [text(each) for each in page(sign_in(house.learner), url).findall(".//fieldset//label")]
    assert [each.replace("\u00a0", " ") for each in options] == [
        "Automatiquesuit votre connexion10 Mo à 40 Mo",
        "Vidéo 480ppour un écran d’ordinateur40 Mo",
        "Vidéo 360ppour un téléphone20 Mo",
        "Vidéo 240ppour un téléphone, le moins de mégaoctets avec image10 Mo",
        "Audio seulécran éteint possible3,1 Mo",
    ]


def test_a_size_below_the_ladder_says_both_its_sides(house, session, sign_in, page, url):
    least = session.scalar(sa.select(Rendition).where(Rendition.name == "240p"))
    least.name, least.width, least.height = "2p", 2, 2000
    least.download_key, least.download_bytes = "k/a/2p.mp4", 10_000_000
    session.commit()
    said = text(page(sign_in(house.learner), url)).replace("\u00a0", " ")
    assert "Vidéo 2 × 2000" in said and "Télécharger la vidéo 2 × 2000, 10 Mo" in said and "2p" not in said


@pytest.mark.parametrize("second", ["nan", "-4", "1e9", "x", "inf"])
def test_a_strange_second_in_the_address_is_the_beginning(house, sign_in, page, url, second):
    assert "#t" not in page(sign_in(house.learner), f"{url}?t={second}").find(".//video").get("src")


def test_without_scripts_the_page_says_that_nothing_is_measured(house, sign_in, url):
    assert "rien n’est mesuré" in sign_in(house.learner).get(url).get_data(as_text=True).split("<noscript>")[1]


def test_a_recording_in_preparation_says_so(house, sign_in, page):
    assert "n’est pas encore prêt" in text(page(sign_in(house.learner), f"/steps/{house.steps['recording'].public_id}"))


def test_a_recording_whose_other_sizes_are_being_made_is_watched_already(house, session, sign_in, url):
    said = "Les autres tailles sont en cours de fabrication."
    assert said not in sign_in(house.learner).get(url).text
    session.execute(sa.update(Version).values(state=State.TRANSCODING))
    session.commit()
    early = sign_in(house.learner).get(url).text
    assert said in early and "/first.m3u8" in early and "/master.m3u8" not in early


def test_the_poster_is_the_title_set_in_type(house, sign_in, url):
    answer = sign_in(house.learner).get(f"{url}/poster.svg")
    assert answer.mimetype == "image/svg+xml" and "Module introductif" in answer.get_data(as_text=True)
    assert len(answer.data) < 1_000
    assert sign_in(house.other_learner).get(f"{url}/poster.svg").status_code == 404


def test_the_page_loads_at_most_three_scripts(house, sign_in, page, url):
    assert len(list(page(sign_in(house.learner), url).iter("script"))) <= 3


def test_the_price_is_what_the_segments_of_the_missing_passages_weigh(house, session, sign_in, page, url, watched):
    """The beginning, which was seen, weighs most of this file: half of its minutes are not half of its bytes."""
    made = session.query(Rendition).filter_by(name="360p").one()
    made.weights = [[0, 15_000_000], [400, 1_500_000], [600, 1_000_000], [700, 2_000_000]]
    session.commit()
    client = sign_in(house.learner)
    html = page(client, f"{url}?format=360p")
    assert "4 Mo pour ce qui manque" in text(html).replace("\u00a0", " ")
    assert [text(b) for b in html.findall(".//section[@data-missing]//b")] == ["2 Mo", "2,5 Mo"]


def test_a_player_learns_what_each_segment_weighs(house, session, sign_in, url):
    session.query(Rendition).filter_by(name="240p").one().weights = [[0, 4_000_000], [6, 5_000_000]]
    session.commit()
    answer = sign_in(house.learner).get(f"/api/v1{url}/formats", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    told = sign_in(house.learner).get(f"/api/v1{url}/formats").get_json()
    formats = {each["name"]: each for each in told["formats"]}
    assert told["duration"] == 1000 and formats["240p"]["bytes"] == 10_000_000
    assert formats["240p"]["segments"] == [[0, 4_000_000], [6, 5_000_000]] and formats["480p"]["segments"] == []
    assert (formats["240p"]["listed"], formats["480p"]["listed"]) == (2, 0)
    assert sign_in(house.other_learner).get(f"/api/v1{url}/formats").status_code == 404
    assert sign_in(house.learner).get(f"/api/v1/steps/{house.steps['page'].public_id}/formats").status_code == 404
