"""One's own account."""

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from app.people import devices, passwords
from app.people.actions.codes import make_code
from app.people.actions.institutions import add_alias
from app.people.models import ApiToken, Institution, Person, SignIn, SignInCode
from app.web.limits import limiter
from tests.conftest import checked
from tests.world import PASSWORD

DETAILS = {
    "name": "Learner Un",
    "language": "en",
    "zone": "Africa/Porto-Novo",
    "country": "BJ",
    "gender": "woman",
    "institution": "Commune 1",
}
NEW = {"current": PASSWORD, "password": "une phrase courte", "again": "une phrase courte"}


def kept(session, person):
    session.expire_all()
    found = session.get(Person, person.id)
    session.commit()
    return found


def test_every_page_of_the_account_is_sound_and_closed_to_strangers(house, sign_in, page, client):
    learner = sign_in(house.learner)
    for url in ("/account", "/account/details", "/account/password", "/account/tokens"):
        page(learner, url)
        assert client.get(url).location.startswith("/sign-in?next=")
    for url in ("/account/details", "/account/password", "/account/tokens", "/account/sessions/end"):
        assert client.post(url).status_code == 401


def test_details_are_changed_for_oneself_only(house, session, sign_in):
    assert sign_in(house.learner).post("/account/details", data=DETAILS).status_code == 303
    changed = kept(session, house.learner)
    assert (changed.name, changed.language, changed.zone, changed.country, changed.gender) == (
        "Learner Un",
        "en",
        "Africa/Porto-Novo",
        "BJ",
        "woman",
    )
    assert kept(session, house.other_learner).name == "other_learner"


def test_an_institution_that_everybody_left_goes_again_unless_it_is_known_by_another_name_too(house, session, sign_in):
    learner, other = sign_in(house.learner), sign_in(house.other_learner)

    def there(client, institution):
        assert client.post("/account/details", data=DETAILS | {"institution": institution}).status_code == 303
        found = set(session.scalars(sa.select(Institution.name)))
        session.commit()
        return found

    assert there(learner, "Commune 1") == {"Commune 1"}
    assert there(other, "COMMUNE 1") == {"Commune 1"}
    assert there(learner, "Commune 2") == {"Commune 1", "Commune 2"}
    assert there(learner, "Commune 3") == {"Commune 1", "Commune 3"}
    named_too = session.scalars(sa.select(Institution).where(Institution.name == "Commune 3")).one()
    add_alias(session, named_too, "Mairie 3")
    session.commit()
    assert there(learner, "") == {"Commune 1", "Commune 3"}
    assert there(other, "") == {"Commune 3"}


def test_details_are_written_so_many_times_a_minute(house, sign_in, monkeypatch):
    counting = Flask("counting")
    monkeypatch.setattr(limiter, "enabled", True)
    counting.config["RATELIMIT_STORAGE_URI"] = "memory://"
    limiter.init_app(counting)
    learner, other = sign_in(house.learner), sign_in(house.other_learner)
    wrong = DETAILS | {"name": ""}
    statuses = [learner.post("/account/details", data=wrong).status_code for _ in range(121)]
    assert statuses == [422] * 120 + [429]
    assert learner.get("/account/details").status_code == 200
    assert other.post("/account/details", data=DETAILS).status_code == 303


def test_a_time_zone_is_written_as_a_city_in_a_form_of_few_bytes(house, session, sign_in):
    learner = sign_in(house.learner)
    for typed, zone, shown in (
        ("LE CAIRE", "Africa/Cairo", "Le Caire"),
        ("Asia/Tokyo", "Asia/Tokyo", "Tokyo"),
        ("", None, ""),
    ):
        assert learner.post("/account/details", data=DETAILS | {"zone": typed, "language": "fr"}).status_code == 303
        assert kept(session, house.learner).zone == zone
        form = checked(learner.get("/account/details"))
        (field,) = (node for node in form.iter("input") if node.get("name") == "zone")
        (offered,) = (node for node in form.iter("datalist") if node.get("id") == field.get("list"))
        cities = [node.text for node in offered]
        assert field.get("value") == shown
        assert "Bamako" in cities and len(cities) == len(set(cities)) < 70
        assert ("Tokyo" in cities) is (shown == "Tokyo")


def test_wrong_details_lose_nothing_that_was_typed(house, session, sign_in):
    answer = sign_in(house.learner).post(
        "/account/details", data=DETAILS | {"name": "", "zone": "Mars", "country": "XX"}
    )
    assert answer.status_code == 422
    tree = checked(answer)
    links = {node.get("href") for node in tree.iter("a")}
    assert {"#name", "#zone", "#country"} <= links
    assert {"Commune 1", "Mars"} <= {node.get("value") for node in tree.iter("input")}
    assert kept(session, house.learner).name == "learner"


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(house, session, sign_in):
    here, elsewhere = sign_in(house.learner), sign_in(house.learner)
    assert here.post("/account/password", data=NEW).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_a_new_password_ends_codes_that_nobody_has_used(house, app, session, sign_in, client):
    code = make_code(session, house.learner, app.config["SECRET_KEY"], datetime.now(UTC), house.admin)
    session.commit()
    assert client.get(f"/code/{code}").status_code == 200
    assert sign_in(house.learner).post("/account/password", data=NEW).status_code == 303
    good = sa.select(sa.func.count()).select_from(SignInCode).where(SignInCode.expires_at > datetime.now(UTC))
    assert session.scalar(good) == 0


def test_a_password_is_refused_without_the_current_one_or_when_weak(house, session, sign_in):
    learner = sign_in(house.learner)
    for wrong, field in (
        ({"current": "not this one"}, "#current"),
        ({"password": "court", "again": "court"}, "#password"),
        ({"again": "une autre phrase"}, "#again"),
        ({"password": "learner", "again": "learner"}, "#password"),
    ):
        answer = learner.post("/account/password", data=NEW | wrong)
        assert answer.status_code == 422
        assert field in {node.get("href") for node in checked(answer).iter("a")}
    assert kept(session, house.learner).password_hash == house.learner.password_hash
    assert sign_in(house.learner).get("/account").status_code == 200


def test_all_other_devices_can_be_signed_out(house, sign_in):
    here, elsewhere, other = sign_in(house.learner), sign_in(house.learner), sign_in(house.other_learner)
    assert here.post("/account/sessions/end").status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert other.get("/account").status_code == 200


def token_on(page):
    return re.search(r"alga_[\w-]+", page.get_data(as_text=True)).group()


def test_a_token_is_shown_once_works_and_can_be_revoked(house, session, sign_in, client):
    learner = sign_in(house.learner)
    made = learner.post("/account/tokens", data={"name": "studio"})
    token = token_on(made)
    checked(made)
    assert token not in learner.get("/account/tokens").get_data(as_text=True)
    hashed, public_id = session.execute(sa.select(ApiToken.hash, ApiToken.public_id)).one()
    session.commit()
    assert token not in hashed
    asks = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=asks).status_code == 200
    url = f"/account/tokens/{public_id}/revocation"
    assert sign_in(house.other_learner).post(url).status_code == 404
    assert client.get("/api/v1/me", headers=asks).status_code == 200
    assert learner.post(url).status_code == 303
    assert client.get("/api/v1/me", headers=asks).status_code == 401


def test_a_token_form_sent_twice_makes_one_token(house, session, sign_in):
    learner, other = sign_in(house.learner), sign_in(house.other_learner)
    (seed,) = [
        node.get("value")
        for node in checked(learner.get("/account/tokens")).iter("input")
        if node.get("name") == "seed"
    ]
    typed, wanted = {"name": "studio", "seed": seed}, sa.select(ApiToken.revoked_at)
    first, again = (token_on(learner.post("/account/tokens", data=typed)) for _ in range(2))
    assert first == again, "whichever page arrives, its token works"
    others = {
        token_on(learner.post("/account/tokens", data={**typed, **more})) for more in ({"name": "x"}, {"seed": "x"})
    }
    others.add(token_on(other.post("/account/tokens", data=typed)))
    assert len(others | {first}) == 4, "another name, another form or another person makes another"
    assert len(session.scalars(wanted).all()) == 4
    session.execute(sa.update(ApiToken).values(made_at=datetime.now(UTC) - timedelta(minutes=31)))
    session.commit()
    late = learner.post("/account/tokens", data=typed)
    assert late.status_code == 303 and first not in learner.get("/account/tokens").text, "it is told for a short while"
    assert len(session.scalars(wanted).all()) == 4


def test_a_revoked_token_is_not_made_again_by_its_form(house, session, sign_in, client):
    learner, typed = sign_in(house.learner), {"name": "studio", "seed": "x"}
    token = token_on(learner.post("/account/tokens", data=typed))
    url = f"/account/tokens/{session.scalar(sa.select(ApiToken.public_id))}/revocation"
    session.commit()
    assert learner.post(url).status_code == 303
    assert learner.post("/account/tokens", data=typed).status_code == 303
    assert "Ce jeton a été révoqué" in learner.get("/account/tokens").text
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_fifty_tokens_are_enough(house, session, sign_in):
    learner = sign_in(house.learner)
    for number in range(49):
        session.add(ApiToken(person_id=house.learner.id, hash=str(number), name="x", made_at=datetime.now(UTC)))
    session.commit()
    for _ in range(2):
        assert learner.post("/account/tokens", data={"name": "last", "seed": "a"}).status_code == 200
    assert learner.post("/account/tokens", data={"name": "last", "seed": "b"}).status_code == 429
    assert session.scalar(sa.select(sa.func.count()).select_from(ApiToken)) == 50


def test_a_token_needs_a_name(house, sign_in):
    assert sign_in(house.learner).post("/account/tokens", data={"name": " "}).status_code == 422


def test_signing_out_ends_copies_of_the_cookie_but_no_other_device(house, app, sign_in):
    here, elsewhere, copy = sign_in(house.learner), sign_in(house.learner), app.test_client()
    with here.session_transaction() as cookie, copy.session_transaction() as copied:
        copied.update(cookie)
    assert copy.get("/account").status_code == 200
    assert here.post("/sign-out").status_code == 303
    assert copy.get("/account").status_code == 303
    assert elsewhere.get("/account").status_code == 200


def test_a_new_password_ends_copies_of_this_cookie_too(house, app, sign_in):
    here, copy = sign_in(house.learner), app.test_client()
    with here.session_transaction() as cookie, copy.session_transaction() as copied:
        copied.update(cookie)
    here.post("/account/password", data=NEW)
    assert (here.get("/account").status_code, copy.get("/account").status_code) == (200, 303)


def test_one_device_is_signed_out_by_its_owner_only(house, session, sign_in):
    here, elsewhere, other = sign_in(house.learner), sign_in(house.learner), sign_in(house.other_learner)
    tree = checked(here.get("/account"))
    assert "Firefox, Linux" in "".join(tree.itertext())
    urls = [node.get("action") for node in tree.iter("form") if "/sessions/" in (node.get("action") or "")]
    (url,) = [url for url in urls if not url.endswith("/sessions/end")]
    assert other.post(url).status_code == 404
    assert elsewhere.get("/account").status_code == 200
    assert here.post(url).status_code == 303
    assert elsewhere.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_a_session_is_stamped_once_an_hour(house, session, sign_in):
    learner, wanted = sign_in(house.learner), sa.select(SignIn.last_used_at)
    session.execute(sa.update(SignIn).values(last_used_at=datetime.now(UTC) - timedelta(hours=2)))
    session.commit()
    learner.get("/account")
    first = session.scalar(wanted)
    session.commit()
    learner.get("/account")
    assert datetime.now(UTC) - first < timedelta(minutes=5)
    assert session.scalar(wanted) == first


def test_a_new_password_revokes_tokens_if_asked_to(house, session, sign_in):
    learner = sign_in(house.learner)
    assert "revoke" not in {node.get("name") for node in checked(learner.get("/account/password")).iter("input")}
    learner.post("/account/tokens", data={"name": "studio"})
    (box,) = [node for node in checked(learner.get("/account/password")).iter("input") if node.get("name") == "revoke"]
    assert box.get("checked") is not None
    learner.post("/account/password", data=NEW)
    assert session.scalar(sa.select(ApiToken.revoked_at)) is None
    session.commit()
    again = NEW | {"current": NEW["password"], "revoke": "y"}
    assert learner.post("/account/password", data=again).status_code == 303
    assert session.scalar(sa.select(ApiToken.revoked_at)) is not None


def test_devices_are_known_by_family_only():
    phone = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile"
    assert devices.named(phone) == "Chrome, Android"
    assert devices.named("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0") == "Firefox, Linux"
    assert devices.named("curl/8") == ""


def test_a_password_that_grows_when_composed_is_too_long_or_can_be_verified():
    grows = "abcdefg" + chr(0xFB2C) * 193
    assert passwords.weakness(grows, []) is passwords.Weakness.LONG
    fits = "abcdefg" + chr(0xFB2C) * 60
    assert passwords.weakness(fits, []) is None
    assert passwords.verified(passwords.hashed(fits), fits)
