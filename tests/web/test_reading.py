"""The text of a recording: read instead of watched, searched, in one or two languages; its chapters and its files."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.config import ROOT
from media.models import Caption, Rendition
from media.storage import storage_for
from modules import access, actions
from modules.models import Watching
from modules.rules.tracks import HEADERS
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).split())


def vtt(*cues):
    body = "\n".join(
        f"00:{a // 60:02}:{a % 60:02}.000 --> 00:{b // 60:02}:{b % 60:02}.000\n{said}\n" for a, b, said in cues
    )
    return f"WEBVTT\n\n{body}"


@pytest.fixture
def version(house, session):
    """A recording of 1000 s in two chapters, with subtitles in two languages."""
    made = ready_recording(session, house.steps["recording"], 1000.0, key="k/a")
    session.add(
        Rendition(
            version_id=made.id, name="360p", kind="video", width=640, height=360, bytes=1_000, bandwidth=1,
            average_bandwidth=1, codecs="x", key="k/a/360p.mp4", download_key="k/a/download-360.mp4",
            download_bytes=2_000_000,
        )
    )  # fmt: skip
    french = vtt((0, 5, "Écouter d’abord"), (610, 615, "Chercher un partenaire"))
    english = vtt((0, 5, "Listen first"), (610, 615, "Look for a partner"))
    for kind, language, body in (
        ("captions", "fr", french),
        ("captions", "en", english),
        ("chapters", "fr", vtt((0, 600, "Les besoins"), (600, 1000, "Le partenaire"))),
    ):
        session.add(Caption(version_id=made.id, kind=kind, language=language, label=language, body=body, at=NOW))
    session.commit()
    return made


@pytest.fixture
def url(house, version):
    return f"/steps/{house.steps['recording'].public_id}"


def test_the_transcript_leads_into_the_recording_with_and_without_scripts(house, sign_in, page, url):
    html = page(sign_in(house.learner), f"{url}/transcript")
    links = [a.get("href") for a in html.iter("a") if a.get("class") == "at"]
    assert links == [f"{url}?t=0#t=0", f"{url}?t=610#t=610"]
    assert [text(h) for h in html.iterfind(".//section/h2")] == ["Les besoins", "Le partenaire"]
    assert sign_in(house.other_learner).get(f"{url}/transcript").status_code == 404


def test_where_the_text_is_read_every_time_leads_into_it(house, session, sign_in, page, url):
    client = sign_in(house.learner)
    client.post(f"{url}/notes", data={"at": "10:12", "body": "Ici"})
    client.set_cookie("format", "text")
    html = page(client, f"{url}?t=612")
    names = {node.get("id") for node in html.iter() if node.get("id")}
    inside = [a.get("href") for a in html.iter("a") if (a.get("href") or "").startswith(("#s", "#part"))]
    assert {"#s0", "#s610", "#part-1", "#part-2"} <= set(inside) and {link[1:] for link in inside} <= names
    assert not [a for a in html.iter("a") if "#t=" in (a.get("href") or "")], "they would load the page again"
    (there,) = [line for line in html.iter("div") if line.get("aria-current")]
    assert there.find("a/span").get("id") == "t=612" and "Chercher un partenaire" in text(there)
    note = html.find(".//ul[@data-notes]/li/a").get("href")
    assert note == "#s610"


def test_where_the_text_is_read_it_is_searched_in_place(house, sign_in, page, url):
    html = page(sign_in(house.learner), f"{url}?format=text&q=PARTENAIRE")
    (form,) = html.iterfind(".//form[@data-text-form]")
    assert form.get("action") == f"{url}#q" and form.find("input[@name='format']").get("value") == "text"
    assert form.find(".//input[@name='q']").get("value") == "PARTENAIRE" and "Un passage" in text(html.find(".//main"))
    (line,) = [each for each in html.iter("div") if each.get("data-said") is not None]
    assert line.find("a").get("href") == f"{url}?t=610#t=610", "it leads into all of the text"
    html = page(sign_in(house.learner), f"{url}?format=text&q=absent")
    assert "Aucun passage ne contient ces mots." in text(html.find(".//main"))
    assert "#part-None" not in [a.get("href") for a in html.iter("a")]


@pytest.mark.parametrize(
    ("asked", "start", "said"),
    [("612", 612, "Chercher un partenaire"), ("609.5", 609.5, "Écouter d’abord"), ("1000", 0, "Écouter d’abord")],
)
def test_the_page_says_where_one_arrives_and_begins_anew_beyond_its_end(
    house, sign_in, page, url, asked, start, said
):  # fmt: skip
    client = sign_in(house.learner)
    html = page(client, f"{url}?t={asked}")
    assert float(html.find(".//*[@data-watch]").get("data-start")) == start
    assert text(html.find(".//p[@class='arrived']/q")) == said
    assert page(client, url).find(".//p[@class='arrived']") is None
    html = page(client, f"{url}?format=text&t={asked}")
    assert text(html.find(".//p[@class='arrived']/q")) == said
    there = html.find(".//p[@class='arrived']/a").get("href")
    assert said in text(html.find(f".//*[@id='{there[1:]}']")), "where the text is read, a link leads to the line"


def test_a_part_of_which_nothing_is_written_cannot_be_said_to_be_read(house, session, sign_in, page, url):
    session.execute(
        sa.update(Caption).values(body=vtt((0, 5, "Écouter d’abord"))).where(Caption.kind == "captions")
    )  # fmt: skip
    session.commit()
    parts = page(sign_in(house.learner), f"{url}/transcript").findall(".//section[@class='said']")
    assert [part.find(".//button") is not None for part in parts] == [True, False]
    assert "Rien n’est transcrit pour cette partie" in text(parts[1])


def test_subtitles_in_the_language_of_the_page_come_first(house, sign_in, page, url):
    client = sign_in(house.learner)
    client.set_cookie("format", "360p")
    for language, order in (("fr", ["fr", "en"]), ("en", ["en", "fr"])):
        client.get(f"{url}?lang={language}")
        html = page(client, url)
        assert [track.get("srclang") for track in html.iter("track")] == order


def test_titles_of_chapters_say_their_own_language(house, sign_in, page, url):
    html = page(sign_in(house.learner), f"{url}/transcript?in=en")
    assert [h.get("lang") for h in html.iterfind(".//section/h2")] == ["fr", "fr"]
    assert [p.get("lang") for p in html.iterfind(".//section/div/p")] == ["en", "en"]


def test_the_text_of_another_version_than_the_open_page_is_not_given_but_explained(
    house, sign_in, page, url, version
):  # fmt: skip
    client = sign_in(house.learner)
    link = next(a for a in page(client, url).iter("a") if a.get("data-open-text")).get("href")
    assert "Chercher un partenaire" in text(page(client, link))
    other = page(client, link.replace(version.public_id, "another"))
    told = other.find(".//*[@data-transcript]")
    assert "a été corrigé" in text(told) and "Chercher" not in text(told)
    assert [a.get("href") for a in told.iter("a")] == [url]


def test_a_second_language_stands_beside_the_first(house, sign_in, page, url):
    html = page(sign_in(house.learner), f"{url}/transcript?in=en&with=fr")
    pairs = [
        [(p.get("lang"), text(p)) for p in line.findall("p")]
        for line in html.iter("div")
        if "two" in (line.get("class") or "").split()
    ]
    assert pairs[1] == [("en", "Look for a partner"), ("fr", "Chercher un partenaire")]
    alone = page(sign_in(house.learner), f"{url}/transcript?with=xx")
    assert not [line for line in alone.iter("div") if "two" in (line.get("class") or "").split()]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ecouter", "Un passage"),
        ("PARTENAIRE", "Un passage"),
        ("partenaire cherch", "Un passage"),
        ('"un partenaire"', "Un passage"),
        ('"partenaire un"', "Aucun passage"),
        ("budget", "Aucun passage"),
    ],
)
def test_it_is_searched_whatever_accents_and_capitals(house, sign_in, page, url, words, found):
    html = page(sign_in(house.learner), f"{url}/transcript?q={words}")
    assert found in text(html)
    assert len([line for line in html.iter("div") if "line-said" in (line.get("class") or "")]) == (
        found == "Un passage"
    )


def test_what_was_read_counts_as_an_equivalent_reading(house, session, sign_in, page, url):
    client = sign_in(house.learner)
    html = page(client, f"{url}?format=text")
    assert html.find(".//video") is None and "la transcription compte comme lecture" in text(html)
    forms = [form for form in html.iter("form") if form.get("action") == f"{url}/reading"]
    assert len(forms) == 2
    assert {form.get("data-read") for form in forms} == {f"/api/v1{url}/watching"}
    sent = {field.get("name"): field.get("value") for field in forms[1].iter("input")}
    assert (sent["start"], sent["end"]) == ("600.0", "1000.0")
    assert client.post(f"{url}/reading", data=sent).status_code == 303
    fact = session.scalars(sa.select(Watching)).one()
    assert fact.klass == "equivalent reading" and fact.segments == [[600, 1000]]
    session.rollback()
    html = page(client, url)  # The choice stays with the device.
    assert html.find(".//video") is None and "Vu ou lu" in text(html)
    assert len([form for form in html.iter("form") if form.get("action") == f"{url}/reading"]) == 1


@pytest.mark.parametrize(
    "bad", [{}, {"start": "5", "end": "5"}, {"start": "9", "end": "1"}, {"start": "nan", "end": "nan"}]
)
def test_a_part_that_is_none_is_refused(house, session, sign_in, url, bad):
    assert sign_in(house.learner).post(f"{url}/reading", data=bad).status_code == 422
    assert sign_in(house.other_learner).post(f"{url}/reading", data={"start": "0", "end": "600"}).status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Watching)) == 0


def test_a_chapter_says_how_much_of_it_is_seen(house, session, sign_in, page, url):
    at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
    actions.watch(session, at, house.learner, actions.Report(actions.played([[0, 600], [600, 700]], 650)), now=NOW)
    session.commit()
    rows = page(sign_in(house.learner), url).find(".//ol[@data-chapters]")
    assert [(row.get("class"), text(row.findall("span")[-1]).replace("\u00a0", " ")) for row in rows] == [
        ("done", "vu"),
        ("now", "Il manque 5 min"),
    ]
    hrefs = [a.get("href") for a in rows.iter("a")]
    assert hrefs == [f"{url}?t=0#t=0", f"{url}?t=600#t=600"]


def test_the_price_of_the_text_is_said_and_it_is_loaded_only_when_it_is_opened(house, sign_in, page, url):
    html = page(sign_in(house.learner), url)
    assert "Ouvrir la transcription, 4 ko" in text(html).replace(
        "\u00a0", " "
    ) and "Chercher un partenaire" not in text(html)


def test_the_price_of_a_text_is_what_travels(house, session, sign_in, page, url):
    catalogue = "".join(file.read_text() for file in (ROOT / "app" / "translations" / "fr").glob("m*.po"))
    spoken = " ".join(re.findall(r'msgstr "(.{40,})"', catalogue)).split()
    cues = [" ".join(spoken[at : at + 12]) for at in range(0, len(spoken), 12)]
    body = "WEBVTT\n\n" + "\n".join(
        f"00:{at // 20:02}:{at % 20 * 3:02}.000 --> 00:{at // 20:02}:{at % 20 * 3 + 2:02}.500\n{said}\n"
        for at, said in enumerate(cues)
    )
    session.execute(sa.update(Caption).where(Caption.kind == "captions").values(body=body))
    session.commit()
    client = sign_in(house.learner)
    travels = len(client.get(f"{url}/transcript", headers={"Accept-Encoding": "gzip"}).data) + HEADERS
    (link,) = (link for link in page(client, url).iter("a") if link.get("data-open-text"))
    assert len(body) > 20_000 and int(link.get("data-open-text")) == pytest.approx(travels, rel=0.1)


def test_without_subtitles_there_is_no_text_to_choose(house, session, sign_in, page, url):
    session.execute(sa.update(Caption).values(put_away_at=NOW))
    session.commit()
    client = sign_in(house.learner)
    html = page(client, f"{url}?format=text")
    assert html.find(".//video") is not None and "Texte seul" not in text(html)
    assert "n’a pas de transcription" in text(page(client, f"{url}/transcript"))


def test_a_recording_is_kept_under_a_name_that_says_what_it_is(house, app, sign_in, page, url, tmp_path):
    file = tmp_path / "film"
    file.write_bytes(b"film")
    storage_for(app.config["HOUSE"]).put("k/a/download-360.mp4", file, "video/mp4")
    client = sign_in(house.learner)
    assert "Télécharger la vidéo 360p, 2 Mo" in text(page(client, url)).replace("\u00a0", " ")
    answer = client.get(f"{url}/recording/360p")
    assert answer.data == b"film" and answer.headers["Content-Disposition"].startswith("attachment")
    assert "360p.mp4" in answer.headers["Content-Disposition"]
    assert client.get(f"{url}/recording/720p").status_code == 404
    assert sign_in(house.other_learner).get(f"{url}/recording/360p").status_code == 404
