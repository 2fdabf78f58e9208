"""Search in what is said: who finds what, where a result leads, and that the index follows the subtitles."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app import search
from app.people.models import Cohort
from app.search import index
from app.search.models import SearchEntry
from media import actions, captions, indexing
from media.captions import Cue
from media.models import Caption, Version
from modules.models import Assignment
from tests.world import ready_recording, rendition

BUDGET = [
    Cue(0, 4, "Bienvenue à tous."), Cue(61, 65, "Le budget de la commune"), Cue(65, 70, "est voté chaque année."),
    Cue(70, 75, "L’évaluation suit."),
]  # fmt: skip
ARABIC = [Cue(5, 9, "الميزانية التشاركية في البلدية")]


@pytest.fixture
def film(house, session) -> Version:
    """The recording of the house's step, with subtitles in two languages."""
    version = ready_recording(session, house.steps["recording"], 90.0)
    for language, label, cues in (("fr", "Français", BUDGET), ("ar", "العربية", ARABIC)):
        body = captions.webvtt(cues)
        actions.caption(session, version, house.admin, language, label, body, datetime.now(UTC))
    session.commit()
    return version


@pytest.fixture
def read(page):
    """`read(client, url)`: the page, which is sound, as it is sent."""

    def get(client, url: str) -> str:
        page(client, url)
        return client.get(url).text

    return get


def test_a_result_tells_where_it_leads_in_the_language_it_was_found_in(film, house, session, sign_in, page) -> None:
    rendition(session, film)
    session.commit()
    client = sign_in(house.learner)
    client.set_cookie("format", "240p")
    for words, said, language in (("commune", "Le budget de la commune", "fr"), ("البلدية", ARABIC[0].line, "ar")):
        link = next(a.get("href") for a in page(client, f"/search?q={words}").iter("a") if "#t=" in a.get("href", ""))
        html = page(client, link.split("#")[0])
        assert [(q.text, q.get("lang")) for q in html.iter("q")] == [(said, language)]
    assert "Vous arrivez à 0:05" in "".join(html.itertext())


def test_a_result_leads_to_the_second_for_whom_the_recording_is_open(film, house, sign_in, read, session) -> None:
    url = "/search?q=commune"
    text = read(sign_in(house.learner), url)
    assert f"/steps/{house.steps['recording'].public_id}?t=61#t=61" in text
    assert "<mark>commune</mark>" in text
    for somebody in (house.trainer, house.admin):
        assert "<mark>commune</mark>" in read(sign_in(somebody), url)
    for somebody in (house.other_learner, house.other_trainer):
        assert "<mark>" not in read(sign_in(somebody), url)
    session.execute(sa.update(Assignment).values(opens_at=datetime.now(UTC) + timedelta(days=1)))
    session.commit()
    assert "<mark>" not in read(sign_in(house.learner), url), "not open yet"
    assert "<mark>" in read(sign_in(house.trainer), url)
    session.execute(sa.update(Cohort).values(archived_at=datetime.now(UTC)))
    session.commit()
    assert "<mark>" not in read(sign_in(house.trainer), url)


@pytest.mark.parametrize(
    ("typed", "second"),
    [
        ("evaluation", 70),
        ("ÉVALU", 70),
        ('"commune est votée"', None),
        ('"commune est voté"', 61),
        ("annee budget", 61),
        ("الميزانيه", 5),
        ("بلدي", 5),
        ("البلدي", 5),
        ("budget inconnu", None),
        ("' OR 1=1 --", None),
        ("budget* AND (", None),
        ("NEAR(budget", None),
        ("budget & ! | :*", 61),
    ],
)
def test_words_are_found_without_accents_by_their_beginning_or_as_a_phrase(film, house, sign_in, typed, second) -> None:
    answer = sign_in(house.learner).get("/search", query_string={"q": typed})
    assert answer.status_code == 200
    assert (f"t={second}#t={second}" in answer.text) if second is not None else ("<mark>" not in answer.text)


@pytest.fixture
def lecture(film, house, session) -> None:
    """Ten minutes without a pause, in passages: the words of each subtitle are its own, and stand nowhere else."""
    for language, word in (("en", "mot"), ("pt", "كلمة")):
        cues = [Cue(n * 4, n * 4 + 4, f"{word}{n}a {word}{n}b {word}{n}c {word}{n}é {word}{n}e.") for n in range(150)]
        actions.caption(session, film, house.admin, language, language, captions.webvtt(cues), datetime.now(UTC))
    session.commit()


@pytest.mark.parametrize("word", ["mot", "كلمه"])
@pytest.mark.parametrize("quoted", [True, False])
def test_words_that_follow_each_other_are_found_once_wherever_a_passage_ends(
    lecture, house, session, word, quoted
) -> None:
    for n in range(149):
        typed = f"{word}{n}E {word}{n}e {word}{n + 1}a"
        hits = search.find(session, search.Query.of(f'"{typed}"' if quoted else typed), _everybody(session)).hits
        assert [hit.seconds[0] for hit in hits] == [n * 4], typed
    apart = search.Query.of(f"{word}3a {word}140a")
    assert not search.find(session, apart, _everybody(session)).hits
    assert not search.find(session, search.Query.of(f'"{word}3e {word}4b"'), _everybody(session)).hits


def test_no_sentence_goes_on_over_a_long_silence(film, house, sign_in) -> None:
    assert "<mark>" not in sign_in(house.learner).get("/search", query_string={"q": '"à tous le budget"'}).text


def test_a_page_of_results_is_one_statement_and_one_past_the_last_three(lecture, session, statements) -> None:
    query, audiences = search.Query.of("mot"), _everybody(session)
    last = search.find(session, query, audiences, 99)
    assert (last.number, last.pages) == (1, 1) and last.hits and last.total == len(last.hits)
    assert statements(lambda: search.find(session, query, audiences)) == 1
    assert statements(lambda: search.find(session, search.Query.of("nulle part"), audiences)) == 1
    assert statements(lambda: search.find(session, query, audiences, 99)) == 3


def _everybody(session) -> list[str]:
    return list(session.scalars(sa.select(SearchEntry.audience).distinct()))


def test_the_index_follows_the_subtitles_and_only_the_file_in_use_is_found(film, house, sign_in, read, session) -> None:
    client, now = sign_in(house.learner), datetime.now(UTC)
    actions.caption(session, film, house.admin, "fr", "Français", captions.webvtt([Cue(3, 5, "Autre texte")]), now)
    session.commit()
    assert "<mark>" not in read(client, "/search?q=commune")
    assert "?t=3#" in read(client, "/search?q=autre")
    earlier = session.scalars(sa.select(Caption).where(Caption.put_away_at.is_not(None))).one()
    actions.put_caption_back(session, film, earlier, house.admin, now)
    session.commit()
    assert "<mark>" in read(client, "/search?q=commune")
    session.execute(sa.update(Version).values(shown_at=None))
    session.commit()
    assert "<mark>" not in read(client, "/search?q=commune")


def test_a_transaction_that_is_taken_back_leaves_nothing_in_the_index(film, house, session) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(SearchEntry))
    actions.caption(session, film, house.admin, "en", "English", captions.webvtt(BUDGET), datetime.now(UTC))
    assert session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) > before
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) == before


def test_the_index_is_made_again_and_says_whether_it_was_equal(film, app: Flask, house, sign_in, read, session) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["search", "rebuild"]).output == "2 texts, 3 passages. The index was equal.\n"
    session.execute(sa.delete(SearchEntry))
    session.execute(sa.insert(SearchEntry).values(kind="said", row_id=999, place=0, audience="version:1",
                                                  language="fr", text="x", folded="x", marks=[]))  # fmt: skip
    session.commit()
    assert "<mark>" not in read(sign_in(house.learner), "/search?q=commune")
    assert "3 texts were not as they should be." in run.invoke(args=["search", "rebuild"]).output
    assert run.invoke(args=["search", "rebuild"]).output == "2 texts, 3 passages. The index was equal.\n"
    assert "<mark>" in read(sign_in(house.learner), "/search?q=commune")


def test_what_the_index_lacks_is_written_by_the_worker(film, house, session) -> None:
    session.execute(sa.delete(SearchEntry))
    indexing.fill(session, None)
    session.commit()
    assert index.rebuild(session).wrong == 0


def test_pages_of_results_cost_the_same_statements_however_many_there_are(
    film, house, sign_in, read, session, statements
) -> None:
    client = sign_in(house.learner)
    few = statements(lambda: client.get("/search?q=commune"))
    many = [Cue(n * 20, n * 20 + 1, f"La commune numéro {n}.") for n in range(45)]
    actions.caption(session, film, house.admin, "pt", "Português", captions.webvtt(many), datetime.now(UTC))
    session.commit()
    assert statements(lambda: client.get("/search?q=commune&page=2")) == few
    first, last = read(client, "/search?q=commune"), read(client, "/search?q=commune&page=3")
    assert (first.count("<mark>"), last.count("<mark>")) == (20, 6)
    assert "page=2" in first and read(client, "/search?q=commune&page=99").count("<mark>") == 6


def test_the_field_stands_where_learners_look_and_keeps_to_its_module(film, house, sign_in, read) -> None:
    client = sign_in(house.learner)
    module = house.module.public_id
    for url in ("/", "/modules", f"/modules/{module}", "/search"):
        assert 'role="search"' in read(client, url), url
    assert f'name="module" value="{module}"' in read(client, f"/modules/{module}")
    assert "<mark>" in read(client, f"/search?q=commune&module={module}")
    everywhere = read(client, "/search?q=commune&module=unknown")
    assert "<mark>" in everywhere and "porte sur tous les modules" in everywhere and 'value="unknown"' not in everywhere


def test_machines_search_with_the_same_rights(film, house, sign_in) -> None:
    found = sign_in(house.learner).get("/api/v1/search?q=commune").json
    assert (found["total"], found["items"][0]["second"], found["items"][0]["found"]) == (1, 61.0, ["commune"])
    assert found["items"][0]["step"] == house.steps["recording"].public_id
    assert sign_in(house.learner).get("/api/v1/search?q=commune&module=unknown").json["total"] == 0
    assert sign_in(house.other_learner).get("/api/v1/search?q=commune").json["total"] == 0


def test_results_of_one_recording_have_names_of_their_own_and_say_who_speaks_and_what_is_a_chapter(
    film, house, session, sign_in, page
) -> None:
    said = captions.webvtt([
        Cue(2, 4, "<v Animatrice>Le compte est clos, le</v>"), Cue(5, 7, "<v Animatrice>compte est lu.</v>"),
    ])  # fmt: skip
    actions.caption(session, film, house.admin, "en", "English", said, datetime.now(UTC))
    chapters = captions.webvtt([Cue(8, 20, "Le compte administratif")])
    actions.caption(session, film, house.admin, "fr", "Chapitres", chapters, datetime.now(UTC), kind="chapters")
    session.commit()
    client, step = sign_in(house.learner), house.steps["recording"].public_id
    tree = page(client, "/search?q=compte")
    names = ["".join(link.itertext()) for link in tree.findall(".//ol[@class='rows']//h3/a")]
    assert len(set(names)) == len(names) == 2 and all(" · 0:0" in name for name in names)
    rows = [" ".join("".join(row.itertext()).split()) for row in tree.findall(".//li[@class='row']")]
    assert [("Chapitre" in row, "Aussi à" in row) for row in sorted(rows)] == [(False, True), (True, False)]
    assert f"/steps/{step}?in=en&t=5#t=5" in [link.get("href") for link in tree.iter("a")]
    assert "<mark>Animatrice</mark>: Le compte" in client.get("/search?q=animatrice").text
    assert "<mark>" in client.get("/search", query_string={"q": '"le compte est lu"'}).text
