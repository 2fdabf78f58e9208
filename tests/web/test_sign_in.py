"""The door of the house."""

import contextvars
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.config import Config
from app.db import db
from app.factory import create_app
from app.people import attempts
from app.people.actions.codes import make_code
from app.people.codes import VALID_FOR
from app.people.models import Login, Person, SignInCode, SignInTry
from app.web.addresses import own_path
from tests.conftest import SECRET, checked
from tests.world import PASSWORD

NOW = datetime.now(UTC)


@pytest.fixture
def door(app):
    """A client whose forms need no CSRF token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def code_for(session):
    """`code_for(person)` makes a one-time code."""

    def make(person, now=None):
        code = make_code(session, session.get(Person, person.id), SECRET, now or datetime.now(UTC), None)
        session.commit()
        return code

    return make


def enter(client, login, password=PASSWORD, url="/sign-in", headers=None, base_url=None, **more):
    data = {"login": login, "password": password, **more}
    return client.post(url, data=data, headers=headers, base_url=base_url)


def failures(session):
    found = session.scalar(sa.select(sa.func.count()).select_from(SignInTry))
    session.commit()
    return found


def test_the_title_page_is_sound(house, page, client):
    tree = page(client, "/sign-in")
    assert {node.get("name") for node in tree.iter("input")} >= {"login", "password", "stay"}
    page(client, "/sign-in/forgotten")
    page(client, "/code")


@pytest.mark.parametrize(
    ("kind", "kept", "typed"),
    [
        ("username", "learner", " LEARNER "),
        ("email", "p1@exemple.org", "P1@Exemple.org"),
        ("staff", "mat2023/014", "MAT 2023/٠١٤"),
        ("phone", "+212600000000", "00212 6 00 00 00 00"),
    ],
)
def test_each_kind_of_login_opens_the_door_in_any_spelling(house, session, door, kind, kept, typed):
    if kept != "learner":
        session.add(Login(person_id=house.learner.id, kind=kind, shown=kept, folded=kept))
        session.commit()
    answer = enter(door, typed)
    assert (answer.status_code, answer.location) == (303, "/")
    assert door.get("/account").status_code == 200


def test_a_wrong_password_and_an_unknown_login_look_the_same_and_lose_nothing(house, door):
    wrong, unknown = enter(door, "learner", "wrong password"), enter(door, "nobody", "wrong password")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    sentences = {
        node.text
        for answer in (wrong, unknown)
        for node in checked(answer).iter("a")
        if node.get("href") == "#password"
    }
    assert len(sentences) == 1
    typed = {node.get("name"): node.get("value") for node in checked(wrong).iter("input")}
    assert typed["login"] == "learner" and not typed["password"]
    assert door.get("/account").status_code == 303


def test_empty_fields_each_have_their_sentence(house, door):
    answer = door.post("/sign-in", data={"login": "", "password": ""})
    assert answer.status_code == 422
    assert {"#login", "#password"} <= {node.get("href") for node in checked(answer).iter("a")}


def test_the_form_without_its_token_is_refused(house, app, client):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert enter(client, "learner").status_code in (400, 422)
        assert client.get("/account").status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_form_older_than_the_session_offers_to_sign_in_and_gives_the_text_back(house, app, sign_in):
    signed = sign_in(house.learner)
    app.config["WTF_CSRF_ENABLED"] = True
    sent = {"name": "two words", "csrf_token": "old"}
    came_from = {"Referer": "http://localhost/account/details"}
    for client, offered in ((app.test_client(), True), (signed, False)):
        answer = client.post("/account/details", data=sent, headers=came_from)
        assert answer.status_code == 400
        tree = checked(answer)
        shown = {node.get("href") for node in tree.iter("a") if "hidden" not in node.attrib}
        assert ("/sign-in?next=/account/details" in shown) is offered
        assert "two words" in [(node.text or "").strip() for node in tree.iter("textarea")]


def test_after_signing_in_one_goes_on_where_one_was(house, door):
    wanted = "/modules?page=2"
    assert enter(door, "learner", url=f"/sign-in?next={wanted}").location == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://other.example/",
        "//other.example",
        "/\\other.example",
        "javascript:alert(1)",
        "/\t/other.example",
        "\\other",
    ],
)
def test_nobody_is_sent_to_another_site(wanted):
    assert own_path(wanted) == "/"
    assert own_path(f"{wanted}\n") == "/"


def test_another_site_in_the_address_of_the_form_is_ignored(house, door):
    assert enter(door, "learner", url="/sign-in?next=https://other.example/").location == "/"


def add_tries(session, count, folded="learner", network="127.0.0.1"):
    session.add_all(SignInTry(folded=folded, network=network, at=datetime.now(UTC)) for _ in range(count))
    session.commit()


def test_ten_refusals_make_a_login_wait_at_this_address_also_with_the_right_password(house, session, app, door):
    add_tries(session, 9)
    assert enter(door, "learner", "wrong password").status_code == 422
    answer = enter(door, "learner")
    assert answer.status_code == 429
    assert 800 <= int(answer.headers["Retry-After"]) <= 901
    assert "15" in answer.get_data(as_text=True)
    assert enter(door, "trainer").status_code == 303
    elsewhere = app.test_client().post(
        "/sign-in", data={"login": "learner", "password": PASSWORD}, environ_base={"REMOTE_ADDR": "10.0.0.9"}
    )
    assert elsewhere.status_code == 303
    session.execute(sa.update(SignInTry).values(at=datetime.now(UTC) - timedelta(minutes=16)))
    session.commit()
    assert enter(door, "learner").status_code == 303


def tries_left(client):
    """How many wrong passwords are looked at before the door says to wait."""
    return next(count for count in range(12) if enter(client, "learner", "wrong password").status_code == 429)


def test_a_neighbour_who_spends_the_tries_does_not_stop_the_owner_on_a_known_device(house, app, door):
    assert enter(door, "learner").status_code == 303
    neighbour, stranger = app.test_client(), app.test_client()
    assert tries_left(neighbour) == 10
    assert enter(stranger, "learner").status_code == 429
    door.post("/sign-out")
    assert enter(door, "learner", "wrong password").status_code == 422
    assert enter(door, "learner").status_code == 303
    assert enter(neighbour, "learner").status_code == 429  # Her success is no forgiveness for him.


def test_a_known_device_has_ten_tries_of_its_own_at_whatever_address_and_they_stop_nobody_else(house, app, door):
    enter(door, "learner")
    for count in range(10):
        answer = door.post(
            "/sign-in", data={"login": "learner", "password": "wrong"}, environ_base={"REMOTE_ADDR": f"10.0.0.{count}"}
        )
        assert answer.status_code == 422
    assert enter(door, "learner").status_code == 429
    assert tries_left(app.test_client()) == 10


def test_the_cookie_of_a_known_device_gives_nothing_for_another_login_or_when_it_was_changed(house, session, app, door):
    enter(door, "trainer")
    theirs = door.get_cookie("known_device", path="/sign-in").value
    person, device, signature = theirs.split(".")
    learner = house.learner.public_id
    add_tries(session, 10)
    add_tries(session, 10, folded="trainer")
    forged = [theirs, f"{learner}.{device}.{signature}", f"{learner}.{device}.", f"{learner}..", "é", "a.é.b"]
    for cookie in forged:
        thief = app.test_client()
        thief.set_cookie("known_device", cookie, path="/sign-in")
        assert enter(thief, "learner").status_code == 429
    other = app.test_client()
    assert enter(other, "trainer").status_code == 429
    other.set_cookie("known_device", theirs, path="/sign-in")
    assert enter(other, "trainer").status_code == 303


def test_each_of_those_who_share_a_computer_stays_known_on_it_whatever_another_changes(
    house, session, app, door, code_for
):
    enter(door, "trainer")
    door.post("/sign-out")
    door.post("/code", data={"code": code_for(house.learner)})
    new = "une phrase courte"
    assert door.post("/account/password", data={"password": new, "again": new}).status_code == 303
    door.post("/sign-out")
    for login in ("trainer", "learner", "admin"):
        add_tries(session, 10, folded=login)
    assert [enter(app.test_client(), login, new).status_code for login in ("learner", "trainer")] == [429, 429]
    assert enter(door, "admin").status_code == 429  # Has never been here.
    for login, password in (("trainer", PASSWORD), ("learner", new)):
        assert enter(door, login, password).status_code == 303
        door.post("/sign-out")


def test_an_address_that_has_used_its_tries_up_stops_everybody_but_those_who_have_been_here(house, session, app, door):
    enter(door, "learner")
    door.post("/sign-out")
    add_tries(session, attempts.PER_NETWORK, folded="nobody")
    assert enter(app.test_client(), "learner").status_code == 429
    assert enter(door, "trainer").status_code == 429
    assert enter(door, "learner", "wrong password").status_code == 422
    assert enter(door, "learner").status_code == 303


@pytest.mark.parametrize("ended_by", ["password", "code"])
def test_a_new_password_and_a_new_code_end_the_known_devices_but_the_one_at_hand(
    house, session, app, door, code_for, ended_by
):
    lost, known = app.test_client(), "/sign-in"
    enter(lost, "learner")
    enter(door, "learner")
    password = PASSWORD
    if ended_by == "password":
        password = "une phrase courte"
        door.post("/account/password", data={"current": PASSWORD, "password": password, "again": password})
    else:
        door.post("/code", data={"code": code_for(house.learner)})
    assert lost.get_cookie("known_device", path=known).value != door.get_cookie("known_device", path=known).value
    add_tries(session, 10)
    assert enter(lost, "learner", password).status_code == 429
    assert enter(door, "learner", password).status_code == 303


def test_the_cookie_of_a_known_device_is_hidden_lasts_and_travels_to_the_doors_alone(house, door):
    for base_url, secure in (("http://localhost", False), ("https://localhost", True)):
        answer = enter(door, "learner", base_url=base_url)
        cookies = [text for text in answer.headers.getlist("Set-Cookie") if text.startswith("known_device=")]
        for cookie, path in zip(cookies, ("/sign-in", "/code", "/account/password"), strict=True):
            assert {"HttpOnly", "SameSite=Strict", f"Path={path}", "Max-Age=31536000"} <= set(cookie.split("; "))
            assert ("Secure" in cookie) is secure
        door.post("/sign-out", base_url=base_url)


def test_failed_codes_block_no_password_and_failed_passwords_no_code(house, session, app, door, code_for):
    add_tries(session, attempts.CODES_PER_NETWORK, folded=None)
    assert door.post("/code", data={"code": code_for(house.learner)}).status_code == 429
    assert enter(door, "learner").status_code == 303
    session.execute(sa.delete(SignInTry))
    session.commit()
    add_tries(session, attempts.PER_NETWORK, folded="nobody")
    assert enter(app.test_client(), "learner").status_code == 429
    assert door.post("/code", data={"code": code_for(house.learner)}).status_code == 303


def test_the_address_that_is_counted_is_the_one_that_a_trusted_proxy_names(house, session, tmp_path):
    ask = {"base_url": "http://localhost", "headers": {"X-Forwarded-For": "10.9.9.9, 203.0.113.7"}}
    for trusted, counted in ((1, "203.0.113.7"), (0, "127.0.0.1")):
        config = Config(
            secret_key=SECRET, data_dir=tmp_path, log_level="error", trusted_proxies=trusted,
            database_url=db.engine.url.render_as_string(hide_password=False),
        )  # fmt: skip
        proxied = create_app(config, testing=True)
        proxied.config["WTF_CSRF_ENABLED"] = False
        client = proxied.test_client()
        contextvars.Context().run(enter, client, "learner", "wrong password", **ask)
        assert session.scalar(sa.select(SignInTry.network).order_by(SignInTry.id.desc()).limit(1)) == counted
        session.commit()


def test_signing_in_forgets_the_mistakes_before_it(house, session, door):
    enter(door, "learner", "wrong password")
    add_tries(session, 1, network="10.0.0.9")
    assert failures(session) == 2
    assert enter(door, "learner").status_code == 303
    assert failures(session) == 1


def session_cookie(answer):
    return next(text for text in answer.headers.getlist("Set-Cookie") if text.startswith("session="))


def test_a_session_planted_before_signing_in_is_worth_nothing(house, door):
    with door.session_transaction() as cookie:
        cookie["planted"] = "yes"
    enter(door, "learner")
    with door.session_transaction() as cookie:
        assert "planted" not in cookie


def test_the_cookie_ends_with_the_browser_unless_asked_to_stay(house, app, door):
    short = session_cookie(enter(door, "learner"))
    assert "HttpOnly" in short and "SameSite=Lax" in short and "Expires" not in short and "Secure" not in short
    assert "Expires" in session_cookie(enter(app.test_client(), "learner", stay="y"))


def test_by_https_the_cookie_is_secure(house, door):
    answer = door.post("/sign-in", data={"login": "learner", "password": PASSWORD}, base_url="https://localhost")
    assert "Secure" in session_cookie(answer)


def test_signing_out_is_a_post(house, door):
    enter(door, "learner")
    assert door.get("/sign-out").status_code == 405
    assert door.get("/account").status_code == 200
    assert door.post("/sign-out").status_code == 303
    assert door.get("/account").status_code == 303


def test_accounts_of_the_demonstration_open_only_where_it_is_served(house, session, app, door, code_for):
    session.execute(sa.update(Person).where(Person.id == house.learner.id).values(demonstration_at=NOW))
    session.commit()
    assert enter(door, "learner").status_code == 303
    elsewhere = [{"X-Forwarded-For": "203.0.113.9"}, {"Host": "[localhost"}, {"Host": "learning.example.org"}]
    for headers in elsewhere:
        tunnel = {"headers": headers}
        assert contextvars.Context().run(enter, app.test_client(), "learner", **tunnel).status_code == 422
        assert contextvars.Context().run(enter, app.test_client(), "trainer", **tunnel).status_code == 303
    house_config = app.config["HOUSE"]
    app.config["HOUSE"] = type(house_config)(secret_key=SECRET, data_dir=house_config.data_dir)
    try:
        assert door.get("/account").status_code == 303
        assert enter(door, "learner").status_code == 422
        assert door.post("/code", data={"code": code_for(house.learner)}).status_code == 422
        assert enter(door, "trainer").status_code == 303
    finally:
        app.config["HOUSE"] = house_config


def test_a_code_opens_the_door_once_and_then_asks_for_a_password(house, session, app, door, code_for):
    session.execute(sa.update(Person).where(Person.id == house.learner.id).values(password_hash=None))
    session.commit()
    code = code_for(house.learner)
    answer = door.post("/code", data={"code": f"{code[:4].lower()} {code[4:]}"})
    assert (answer.status_code, answer.location) == (303, "/account/password")
    tree = checked(door.get("/account/password"))
    assert "current" not in {node.get("name") for node in tree.iter("input")}
    new = {"password": "une phrase courte", "again": "une phrase courte"}
    answer = door.post("/account/password", data=new)
    assert (answer.status_code, answer.location) == (303, "/")
    assert app.test_client().post("/code", data={"code": code}).status_code == 422
    assert enter(app.test_client(), "learner", "une phrase courte").status_code == 303


def test_opening_the_link_of_a_code_does_not_use_it_up(house, session, door, code_for, page):
    code = code_for(house.learner)
    tree = page(door, f"/code/{code}")
    assert code in {node.get("value") for node in tree.iter("input")}
    assert session.scalar(sa.select(SignInCode.used_at)) is None
    session.commit()
    assert door.post("/code", data={"code": code}).status_code == 303


def test_an_old_a_replaced_and_a_made_up_code_are_refused_and_counted(house, session, door, code_for):
    old = code_for(house.learner, datetime.now(UTC) - VALID_FOR)
    replaced = code_for(house.learner)
    newest = code_for(house.learner)
    for code in (old, replaced, "ACEF3467"):
        assert door.post("/code", data={"code": code}).status_code == 422
    assert failures(session) == 3
    assert door.post("/code", data={"code": newest}).status_code == 303


def test_only_hashes_are_kept(house, session, code_for):
    code = code_for(house.learner)
    assert code not in str(session.execute(sa.select(SignInCode)).scalars().one().hash)


def test_who_is_signed_in_needs_no_form(house, sign_in):
    assert sign_in(house.learner).get("/sign-in?next=/account").location == "/account"


def test_no_code_is_tried_by_a_known_device(house, session):
    session.add(SignInTry(folded=None, network="10.0.0.9", device="a" * 32, at=NOW))
    with pytest.raises(IntegrityError):
        session.commit()
