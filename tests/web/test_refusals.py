"""Every refusal has a page, in the viewer's language, and none of them needs what has just failed."""

import dataclasses
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.people.models import Person
from app.web import headers, limits
from media.models import Recording
from tests.world import PASSWORD, ready_recording

FRENCH = {"Accept-Language": "fr"}


def test_while_the_database_is_down_a_plain_page_says_so(client, monkeypatch):
    def refuse(*_args, **_options):
        raise OperationalError("SELECT 1", {}, Exception("down"))

    for name in ("execute", "scalars", "scalar", "connection"):
        monkeypatch.setattr(Session, name, refuse)
    answer = client.get("/sign-in", headers=FRENCH)
    page = html.document_fromstring(answer.text)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "30"
    assert page.get("lang") == "fr" and "503" in page.xpath("//p[@class='over']")[0].text
    assert page.xpath("//nav[@class='menu']") == []


@pytest.mark.parametrize("url", ["/no-such-page", "/steps/000000000000", "/threads/000000000000"])
def test_a_page_that_is_not_there_keeps_the_menu_and_shows_ways_out(house, sign_in, url):
    answer = sign_in(house.learner).get(url)
    page = html.document_fromstring(answer.text)
    assert answer.status_code == 404
    assert len(page.xpath("//nav[@class='menu']//a")) == 5
    assert len(page.xpath("//ul[@class='ways']//a")) == 4
    assert page.xpath("//svg[contains(@class, 'xl')]")


def test_a_page_for_others_says_so(house, sign_in):
    answer = sign_in(house.learner).get("/recordings", headers=FRENCH)
    assert answer.status_code == 403
    assert html.document_fromstring(answer.text).findtext(".//h1").startswith("Cette page ne vous est pas ouverte")


def test_a_fault_of_ours_has_a_page(app, client, monkeypatch):
    app.testing = False
    monkeypatch.setitem(app.view_functions, "pages.help_page", lambda: 1 / 0)
    answer = client.get("/help", headers=FRENCH)
    app.testing = True
    assert answer.status_code == 500 and "ZeroDivisionError" not in answer.text
    assert html.document_fromstring(answer.text).findtext(".//h1")


def test_what_was_written_comes_back_when_the_session_has_ended(app, client):
    sent = {"body": "Une phrase\nentière", "kind": "question", "password": "mot de passe", "csrf_token": "a b"}
    headers = {**FRENCH, "Referer": "http://localhost/threads/222222222222?page=2"}
    for checked, status in ((False, 401), (True, 400)):  # The cookie still there but ended, or gone with its token.
        app.config["WTF_CSRF_ENABLED"] = checked
        page = html.document_fromstring(client.post("/threads/222222222222/posts", data=sent, headers=headers).text)
        assert [area.text.strip() for area in page.xpath("//textarea[@readonly]")] == [sent["body"]]
        assert f"{status}" in page.findtext(".//p[@class='over']")
        foreign = client.post("/threads/222222222222/posts", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == status and "entière" not in foreign.text
        if status == 401:
            assert page.xpath("//a[@href='/sign-in?next=/threads/222222222222']")


def test_what_is_over_is_refused_in_its_own_words_and_what_was_written_comes_back(house, sign_in, session):
    version = ready_recording(session, house.steps["recording"])
    address = f"/recordings/{session.get_one(Recording, version.recording_id).public_id}"
    session.commit()
    client = sign_in(house.admin)
    headers = {**FRENCH, "Referer": f"http://localhost/{address}"}
    for sent, given in (({}, []), ({"why": "Une phrase entière"}, ["Une phrase entière"])):
        answer = client.post(f"{address}/cancellation", data=sent, headers=headers)
        page = html.document_fromstring(answer.text)
        assert answer.status_code == 409
        assert page.findtext(".//h1") == "Ce n’est pas possible en l’état actuel des choses."
        assert page.findtext(".//p[@class='lead']") == "Ce fichier est déjà terminé\u202f; il n’y a rien à annuler."
        assert [area.text.strip() for area in page.xpath("//textarea[@readonly]")] == given
        assert page.xpath("//ul[@class='ways']//a/@href")[0] == address
    assert client.post("/recordings/000000000000/cancellation", headers=headers).status_code == 404


def test_the_account_s_language_changes_by_the_form_alone_and_never_by_a_link(app, house, sign_in, session):
    client = sign_in(house.learner)
    shown = lambda: html.document_fromstring(client.get("/", headers={"Accept-Language": "fr"}).text)  # noqa: E731
    kept = lambda: session.scalar(sa.select(Person.language).where(Person.id == house.learner.id))  # noqa: E731
    assert client.get("/?lang=en").location == "/"
    assert (shown().get("lang"), kept()) == ("en", "fr")
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    choice = {"language": "en", "back": "/"}
    assert client.post("/language", data=choice).status_code == 400
    assert kept() == "fr"
    session.commit()
    token = shown().xpath("//form[@class='langs']/input[@name='csrf_token']/@value")[0]
    assert client.post("/language", data={**choice, "csrf_token": token}).status_code == 303
    assert (shown().get("lang"), kept()) == ("en", "en")
    session.commit()
    client.delete_cookie("language")
    assert shown().get("lang") == "en"


def test_what_a_link_asked_for_ends_with_a_choice_of_one_s_own_and_with_signing_in(house, sign_in, client):
    learner = sign_in(house.learner)
    language = lambda asking: html.document_fromstring(asking.get("/help").text).get("lang")  # noqa: E731
    learner.get("/help?lang=en")
    assert language(learner) == "en"
    learner.post("/account/details", data={"name": "Learner", "language": "fr"})
    assert language(learner) == "fr"
    client.get("/help?lang=en")
    assert language(client) == "en"
    client.post("/sign-in", data={"login": "learner", "password": PASSWORD})
    assert language(client) == "fr"


@pytest.mark.parametrize(
    "url",
    [
        "/steps/%00",
        "/people?q=%00",
        "/attempts/222222222222/questions/99999999999999999999",
        "/grading/answers/222222222222/99999999999999999999",
    ],
)
def test_an_address_that_no_database_could_hold_is_just_not_there(house, sign_in, url):
    assert sign_in(house.admin).get(url).status_code == 404


@pytest.mark.parametrize("url", ["/sign-in", "/account/details", "/recordings"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(client, url):
    kind = "multipart/form-data; boundary=x"
    body = BytesIO(bytes(limits.LARGEST_BODY + 1))
    answer = client.post(url, content_type=kind, input_stream=body)
    assert answer.status_code in {401, 413} and body.tell() < 1_000_000
    assert html.document_fromstring(answer.text).findtext(".//h1")


def test_signed_in_people_may_send_more_where_files_are_taken(house, sign_in, app):
    answer = sign_in(house.admin).post("/recordings", data={"title": "x" * (limits.LARGEST_BODY // 4)})
    assert answer.status_code == 422
    largest = {name for name, view in app.view_functions.items() if hasattr(view, "largest_body")}
    assert largest >= {"recordings.create", "recordings.add_version", "uploads.create", "uploads.append"}


@pytest.mark.parametrize("url", ["/api/v1/uploads", "/recordings"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/offset+octet-stream"])
def test_who_may_not_send_files_is_refused_before_the_body_is_read(house, sign_in, url, kind):
    body = BytesIO(bytes(limits.LARGEST_BODY + 1))
    answer = sign_in(house.learner).post(url, content_type=kind, input_stream=body)
    assert answer.status_code in {400, 403, 413} and body.tell() < 1_000_000


def test_a_page_to_come_back_to_that_is_no_address_is_forgotten(client):
    answer = client.get("/nope", headers={"Referer": "http://["})
    assert answer.status_code == 404 and html.document_fromstring(answer.text).findtext(".//h1")


def test_readiness_asks_database_and_folder(app, client, session, monkeypatch, tmp_path):
    session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    session.commit()
    try:
        assert client.get("/readyz").json == {"status": "ok"}
        gone = dataclasses.replace(app.config["HOUSE"], data_dir=tmp_path / "gone")
        monkeypatch.setitem(app.config, "HOUSE", gone)
        answer = client.get("/readyz")
        assert answer.status_code == 503 and answer.json == {"status": "folder"}
    finally:
        session.execute(text("DROP TABLE alembic_version"))
        session.commit()
    assert client.get("/readyz").json == {"status": "database"}


@pytest.mark.parametrize("header", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
def test_a_date_that_no_calendar_has_is_no_condition(client, header):
    for date in ("Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 2030 00:00:00 +99999999", "yesterday"):
        for url in ("/help", "/sw.js"):
            answer = client.get(url, headers={header: date, "Range": "bytes=0-9"})
            assert answer.status_code in {200, 206}, (date, url)


def test_a_form_of_countless_fields_is_refused_before_it_is_taken_apart(client):
    for body, status in (
        ("&" * 2_000_000, 413),
        ("a=&" * 12_000, 413),
        ("a=&" * 9_000, 400),
        ("login=a&password=b", 400),
    ):
        answer = client.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == status, (body[:10], answer.status_code)
        chunked = {"headers": {"Transfer-Encoding": "chunked"}, "environ_overrides": {"wsgi.input_terminated": True}}
        answer = client.post(
            "/sign-in", input_stream=BytesIO(body.encode()), content_type="application/x-www-form-urlencoded", **chunked
        )
        assert answer.status_code == status, (body[:10], "in chunks")


def test_pictures_sound_and_lists_may_come_from_the_store():
    app = Flask("store")
    headers.init_app(app, "s3://media?endpoint=https://store.example:9000/deep&region=x")
    app.add_url_rule("/", view_func=lambda: "<p>")
    policy = app.test_client().get("/").headers["Content-Security-Policy"]
    opened = {part.split()[0] for part in policy.split(";") if "https://store.example:9000" in part.split()}
    assert opened == {"img-src", "media-src", "connect-src"}
