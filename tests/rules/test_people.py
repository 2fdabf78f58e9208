"""Rules about people: logins, lists, codes, tries, passwords."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore, Lock
from time import sleep
from types import SimpleNamespace
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people import (
    attempts,
    cities,
    codes,
    columns,
    countries,
    known_devices,
    listing,
    logins,
    passwords,
    sheet,
    zones,
)
from app.people.countries import plain_key
from app.people.listing import ListFlaw, Why
from app.people.logins import Flaw, Kind
from app.people.passwords import Weakness
from app.people.rules import Role

NOW = datetime(2027, 6, 12, 9, tzinfo=UTC)
HEADER = "Nom;Courriel;Matricule;Téléphone;Langue;Fuseau;Pays;Genre;Institution;Rôle"


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.EMAIL, " Person.1@Exemple.ORG ", "person.1@exemple.org"),
        (Kind.EMAIL, "p1@café.example", "P1@xn--caf-dma.example"),
        (Kind.EMAIL, "p1@exemple.org", "p1@exemple.org\u200b"),
        (Kind.USERNAME, "Learner12", "learner１２"),
        (Kind.STAFF, "MAT 2023/٠١٤", "mat2023/014"),
        (Kind.PHONE, "+212 6 00 00 00 00", "00212600000000"),
        (Kind.PHONE, "٠٠٢١٢ ٦٠٠٠٠٠٠٠٠", "+212-600-000-000"),
        (Kind.PHONE, "+212 (0)6 00.00.00.00", "tel:+212600000000"),
    ],
)
def test_spellings_of_one_login_are_one(kind, one, other):
    assert logins.fold(kind, one) == logins.fold(kind, other)
    assert logins.flaw(kind, one) is None


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.EMAIL, "p1@exemple.org", "p1@exemple.com"),
        (Kind.PHONE, "+212600000000", "+213600000000"),
        (Kind.USERNAME, "learner1", "learner12"),
        (Kind.USERNAME, "maré", "mare"),
    ],
)
def test_different_logins_stay_different(kind, one, other):
    assert logins.fold(kind, one) != logins.fold(kind, other)


@pytest.mark.parametrize(
    ("kind", "typed", "flaw"),
    [
        (Kind.EMAIL, "  ", Flaw.EMPTY),
        (Kind.EMAIL, "p1@exemple", Flaw.EMAIL),
        (Kind.EMAIL, "p1 exemple.org", Flaw.EMAIL),
        (Kind.EMAIL, "a@" + "b" * 300 + ".example", Flaw.TOO_LONG),
        (Kind.PHONE, "06 12 34 56 78", Flaw.PHONE_COUNTRY),
        (Kind.PHONE, "2.126E+11", Flaw.PHONE),
        (Kind.PHONE, "+12", Flaw.PHONE),
        (Kind.USERNAME, "a b", Flaw.USERNAME),
        (Kind.USERNAME, "p1@exemple.org", Flaw.USERNAME),
        (Kind.STAFF, "<script>", Flaw.STAFF),
    ],
)
def test_a_login_that_cannot_be_says_why(kind, typed, flaw):
    assert logins.flaw(kind, typed) is flaw


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("p1@exemple.org", Kind.EMAIL),
        ("+212600000000", Kind.PHONE),
        ("00212600000000", Kind.PHONE),
        ("+22", Kind.PHONE),
        ("+", Kind.STAFF),
        ("123456", Kind.STAFF),
        ("learner1", Kind.USERNAME),
    ],
)
def test_the_kind_of_a_login_is_guessed(typed, kind):
    assert logins.guess(typed) is kind


@given(st.text(max_size=300))
def test_folding_never_fails_and_folding_twice_changes_nothing(text):
    for kind in Kind:
        once = logins.fold(kind, text)
        assert logins.fold(kind, once) == once or kind in (Kind.EMAIL, Kind.PHONE)
    assert logins.spellings(text)
    logins.guess(text)


@given(st.sampled_from(list(Kind)), st.text(max_size=40))
def test_a_valid_login_is_found_again_by_what_is_typed_at_the_door(kind, text):
    if logins.flaw(kind, text) is None:
        assert logins.fold(kind, text) in logins.spellings(text)


def test_a_list_is_read_whatever_the_order_and_names_of_its_columns():
    french = f"{HEADER}\nUn;p1@exemple.org;;;fr;Africa/Bamako;Mali;F;Commune 1;Participante"
    english = (
        "Role,Gender,Country,Full name,E-mail,Language,Time zone,Institution\r\n"
        "learner,female,ML,Un,p1@exemple.org,French,africa/bamako,Commune 1\r\n"
    )
    for text in (french, english, french.replace(";", "\t"), "Liste 2027\n\n" + french):
        read = listing.parse(text)
        assert read.refusals == [] and read.flaw is None
        (entry,) = read.entries
        assert (entry.name, entry.language, entry.zone, entry.country, entry.gender, entry.role) == (
            "Un", "fr", "Africa/Bamako", "ML", "woman", Role.LEARNER,
        )  # fmt: skip
        assert entry.logins == ((Kind.EMAIL, "p1@exemple.org"),)
        assert entry.institution == "Commune 1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_list_is_read_in_every_usual_encoding(encoding):
    text = "Prénom;Nom de famille;Matricule\nÉlève;Un;12\nŒil;Deux;13\n"
    read = listing.parse(sheet.decode(text.encode(encoding)))
    assert [entry.name for entry in read.entries] == ["Élève Un", "Œil Deux"]


@pytest.mark.parametrize("start", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"%PDF-1.7"])
def test_a_workbook_is_not_taken_for_a_list(start):
    with pytest.raises(sheet.NotText):
        sheet.decode(start)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", ListFlaw.EMPTY),
        (" \n \n", ListFlaw.EMPTY),
        ("Un;p1@exemple.org", ListFlaw.HEADER),
        ("Courriel;Pays\np1@exemple.org;Mali", ListFlaw.NO_NAME),
        ("Nom;Pays\nUn;Mali", ListFlaw.NO_LOGIN),
        ("Nom;Matricule\n" + "".join(f"P;{n}\n" for n in range(5001)), ListFlaw.TOO_LONG),
    ],
)
def test_a_list_that_cannot_be_read_says_why(text, flaw):
    assert listing.parse(text).flaw is flaw


@pytest.mark.parametrize(
    ("line", "whys"),
    [
        (";p@exemple.org", [Why.NAME_MISSING]),
        ("Un", [Why.LOGIN_MISSING]),
        ("Un;pas une adresse", [Why.LOGIN]),
        ("Un;;;06 00 00 00", [Why.LOGIN]),
        (
            "Un;p@exemple.org;;;klingon;Mars;Atlantide;z;;chef",
            [Why.LANGUAGE, Why.ZONE, Why.COUNTRY, Why.GENDER, Why.ROLE],
        ),
        ("Un;p@exemple.org;;;;;;;;;de trop", [Why.CELLS]),
        ("Un\x00;p@exemple.org", [Why.UNREADABLE]),
        ("Un\ufffd;p@exemple.org", [Why.UNREADABLE]),
        ("Un;BON1@exemple.org", [Why.REPEATED]),
        ("N" * 201 + ";p@exemple.org", [Why.NAME_LONG]),
    ],
)
def test_a_bad_line_says_all_its_reasons_and_spoils_no_other(line, whys):
    read = listing.parse(f"{HEADER}\nBon;bon1@exemple.org\n{line}\nBon aussi;bon2@exemple.org\n")
    assert [entry.line for entry in read.entries] == [2, 4]
    (refusal,) = read.refusals
    assert refusal.line == 3 and refusal.raw == line
    assert [trouble.why for trouble in refusal.why] == whys


@pytest.mark.parametrize("typed", ["ar", "arabe", "العربية"])
def test_a_language_is_read_where_it_is_offered(typed):
    text = f"{HEADER}\nUn;p@exemple.org;;;{typed};Mars\nDeux;p2@exemple.org;;;{typed}"
    assert [entry.language for entry in listing.parse(text, ["fr", "ar"]).entries] == ["ar"]
    read = listing.parse(text, ["fr", "en"])
    assert [[trouble.why for trouble in refusal.why] for refusal in read.refusals] == [
        [Why.LANGUAGE, Why.ZONE],
        [Why.LANGUAGE],
    ]
    assert read.refusals[0].why[0].typed == typed


def test_a_quote_that_is_never_closed_spoils_only_its_own_line():
    read = listing.parse('Nom,Courriel\n"Un,p1@exemple.org\nDeux,p2@exemple.org\n"Tr,ois",p3@exemple.org\n')
    assert [entry.name for entry in read.entries] == ["Un", "Deux", "Tr,ois"]


def test_columns_without_use_are_named():
    assert listing.parse("Nom;Courriel;Fonction;\nUn;p1@exemple.org;Maire;\n").unused == ["Fonction"]


@given(st.text(max_size=400))
def test_no_text_makes_reading_fail(text):
    listing.parse(text)
    listing.parse("Nom;Courriel\n" + text)


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_fail(data):
    try:
        listing.parse(sheet.decode(data))
    except sheet.NotText:
        pass


@given(st.lists(st.from_regex(r"[A-Za-z ,;\"'\t|]{1,12}", fullmatch=True), min_size=1, max_size=6))
def test_every_line_is_either_taken_or_refused(names):
    text = "Nom\tMatricule\n" + "".join(f"{name}\tM{n}\n" for n, name in enumerate(names))
    read = listing.parse(text)
    if read.flaw is None:
        assert len(read.entries) + len(read.refusals) <= len(names)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Côte d'Ivoire", "CI"),
        ("cote d’ivoire", "CI"),
        ("Morocco", "MA"),
        ("Maroc", "MA"),
        ("المغرب", "MA"),
        ("ml", "ML"),
        ("RDC", "CD"),
        ("Moçambique", "MZ"),
        ("Atlantide", None),
        ("EU", None),
        ("ZZ", None),
    ],
)
def test_countries_are_read_by_code_and_by_name(typed, code):
    assert countries.read(typed) == code


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Participant·e", Role.LEARNER),
        ("learner", Role.LEARNER),
        ("Formatrice", Role.TRAINER),
        ("Expert·e", Role.EXPERT),
        ("Observateur", Role.OBSERVER),
        ("Case presenter", Role.PRESENTER),
        ("Présentateur·rice", Role.PRESENTER),
        ("maire", None),
    ],
)
def test_roles_are_read_in_either_gender(word, role):
    assert columns.role(word) is role


def test_codes_have_no_look_alikes_and_are_read_back_from_any_spelling():
    assert not set(codes.LETTERS) & set("0O1IL2Z5S8BGQV")
    code = codes.code_of(codes.new_seed(), "key")
    assert len(code) == 8
    for typed in (f"{code[:4]}-{code[4:]}", code.lower(), f" {code[:4]} {code[4:]} ", code.replace("3", "٣")):
        assert codes.read_code(typed) == code
    assert codes.read_code(code + "A") != code


def test_the_hash_of_a_code_depends_on_the_key_of_the_house():
    assert codes.hash_code("ACEF3467", "one key") != codes.hash_code("ACEF3467", "another key")


def test_the_eleventh_try_waits_and_the_tenth_does_not():
    nine = [NOW - timedelta(minutes=n) for n in range(9)]
    assert attempts.wait([(nine, 10)], NOW) == timedelta(0)
    ten = [*nine, NOW - timedelta(minutes=9)]
    assert attempts.wait([(ten, 10)], NOW) == timedelta(minutes=6)
    assert attempts.wait([(ten, 10)], NOW + timedelta(minutes=6)) == timedelta(0)
    assert attempts.wait([(ten, 11), ([], 1)], NOW) == timedelta(0)
    assert attempts.wait([([], 1), (ten, 10)], NOW) > timedelta(0)


def test_the_cookie_of_a_known_device_is_good_for_one_person_one_key_and_until_something_changes():
    device = known_devices.new_device()
    cookie = known_devices.signed(device, "person", "hash 1", "key")
    assert known_devices.read(cookie, "person", "hash 1", "key") == device
    for others in (("other", "hash 1", "key"), ("person", "hash 2", "key"), ("person", "hash 1", "another key")):
        assert known_devices.read(cookie, *others) is None
    for changed in ("", "..", cookie[:-1], cookie + "0", cookie.replace(device, known_devices.new_device())):
        assert known_devices.read(changed, "person", "hash 1", "key") is None


def test_a_shared_browser_knows_the_last_five_persons_and_never_holds_more():
    def entry(number):
        return known_devices.signed(f"{number:032x}", f"person{number}", "hash", "key")

    def device(cookie, number):
        return known_devices.read(cookie, f"person{number}", "hash", "key")

    cookie = ""
    for number in (1, 2, 3, 1, 4, 5, 6):
        cookie = known_devices.with_newest(cookie, entry(number))
    assert cookie.split("~") == [entry(number) for number in (6, 5, 4, 1, 3)]
    assert device(cookie, 3) == f"{3:032x}" and device(cookie, 2) is None
    for tampered in ("~" * 10_000, "x" * 10_000, "~".join([entry(9)] * 900), "é.é.é", f"{'p' * 40}{entry(1)}", "a\n.b"):
        kept = known_devices.with_newest(tampered, entry(1))
        assert len(kept) < 700 and device(kept, 1) == f"{1:032x}"
        assert not {"é", "x", "\n"} & set(kept)
    broken = cookie.replace(entry(5), entry(5)[:-1] + "-")
    assert device(broken, 5) is None and device(broken, 4) == f"{4:032x}"


def test_a_subscriber_is_one_network():
    assert attempts.network("2001:db8:1:2::1") == attempts.network("2001:db8:1:2:ffff::1%eth0") == "2001:db8:1:2::/64"
    assert attempts.network("2001:db8:1:3::1") != attempts.network("2001:db8:1:2::1")
    assert attempts.network("::ffff:203.0.113.7") == attempts.network("203.0.113.7") == "203.0.113.7"
    assert attempts.network("") == ""


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("court", Weakness.SHORT),
        ("x" * 201, Weakness.LONG),
        ("motdepasse1", Weakness.COMMON),
        ("1234567890", Weakness.COMMON),
        ("aaaaaaaaaaaa", Weakness.COMMON),
        ("Learner Un 1", Weakness.PERSONAL),
        ("une phrase courte", None),
    ],
)
def test_a_password_to_be_guessed_is_refused(password, weakness):
    assert passwords.weakness(password, ["learner un 1", "p1@exemple.org"]) is weakness


def test_a_password_is_verified_however_its_accents_are_composed():
    stored = passwords.hashed("phrase secrète")
    assert passwords.verified(stored, "phrase secre\u0300te")
    assert not passwords.verified(stored, "phrase secrete")
    assert not passwords.verified(None, "phrase secrète")
    assert not passwords.verified("not a hash", "phrase secrète")
    assert not passwords.outdated(stored)


def test_no_more_passwords_are_hashed_at_once_than_there_is_memory_for(monkeypatch):
    running, most, counting = 0, 0, Lock()

    def slow(_stored, _password):
        nonlocal running, most
        with counting:
            running += 1
            most = max(most, running)
        sleep(0.01)
        with counting:
            running -= 1
        return True

    monkeypatch.setattr(passwords, "_hasher", SimpleNamespace(verify=slow, hash=lambda password: slow("", password)))
    monkeypatch.setattr(passwords, "_room", BoundedSemaphore(3))
    with ThreadPoolExecutor(12) as pool:
        checked = pool.map(lambda _: passwords.verified("stored", "phrase secrète"), range(12))
        made = pool.map(lambda _: passwords.hashed("phrase secrète"), range(12))
        assert all([*checked, *made])
    assert most == 3


def test_checking_nobody_takes_the_same_work_as_checking_somebody():
    assert not passwords.outdated(passwords._NOBODY)


def test_a_column_of_logins_may_hold_any_kind_and_an_address_may_carry_its_name():
    text = "Nom;Identifiant\nA;M 14-x\nB;B C <p1@exemple.org>\nC;+212600000000\nD;0014\nE;user5\nF;<not an address>\n"
    found = listing.parse(text)
    assert [entry.logins[0] for entry in found.entries] == [
        (Kind.STAFF, "M 14-x"),
        (Kind.EMAIL, "p1@exemple.org"),
        (Kind.PHONE, "+212600000000"),
        (Kind.STAFF, "0014"),
        (Kind.USERNAME, "user5"),
    ]
    assert [refusal.line for refusal in found.refusals] == [7]
    (entry,) = listing.parse("Nom;Courriel\nB;B C <p1@exemple.org>\n").entries
    assert entry.logins == ((Kind.EMAIL, "p1@exemple.org"),)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("le caire", "Africa/Cairo"),
        ("ADDIS-ABÉBA", "Africa/Addis_Ababa"),
        ("القاهرة", "Africa/Cairo"),
        ("africa/sao tome", "Africa/Sao_Tome"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("utc", "UTC"),
        *((name, "Africa/Dakar") for name in ("Dakar", "dakar ", "DAKAR", "Thiès", "thies", "Sénégal", "SENEGAL")),
        ("Kinshasa", "Africa/Kinshasa"),
        *((name, "Africa/Lubumbashi") for name in ("Lubumbashi", "Goma", "mbuji mayi", "Kisangani")),
        *((name, "Africa/Ouagadougou") for name in ("Ouagadougou", "bobo dioulasso", "Fada N'Gourma", "Burkina Faso")),
        *((name, "Africa/Ndjamena") for name in ("N'Djamena", "N’Djaména", "ndjamena", "Tchad")),
        *((name, "Africa/Douala") for name in ("Yaoundé", "yaounde", "Douala", "Cameroun")),
        *((name, "Indian/Antananarivo") for name in ("Antananarivo", "Tananarive", "Madagascar")),
        *((name, "Africa/Casablanca") for name in ("Rabat", "RABAT", "Fès", "Maroc", "المغرب")),
        *((name, "Africa/Porto-Novo") for name in ("Cotonou", "Porto Novo", "Bénin")),
        ("Victoria", "Indian/Mahe"),
        ("GMT", "UTC"),
        *((name, None) for name in ("Addis", "Dakkar", "RDC", "Congo", "Espagne", "Dakar, Sénégal")),
        ("Mars", None),
        (" ", None),
    ],
)
def test_a_zone_is_read_from_its_city_or_its_name(typed, zone):
    assert zones.read(typed) == zone


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Addis", ["Addis-Abeba"]),
        ("Dakkar", ["Dakar"]),
        ("Dakar, Sénégal", ["Dakar"]),
        ("Yaoundi", ["Yaoundé"]),
        ("Cotonu", ["Cotonou"]),
        ("RDC", ["Kinshasa", "Lubumbashi"]),
        ("Congo", ["Brazzaville", "Kinshasa", "Lubumbashi"]),
        ("xx", []),
        ("Xyzzy", []),
        ("", []),
        ("UTC+1", []),
    ],
)
def test_a_name_of_no_zone_has_near_ones_each_of_which_names_one(typed, names):
    assert zones.near(typed, "fr") == names
    assert all(zones.read(name) for name in names)


def test_every_city_of_our_own_names_a_zone_and_hides_none_of_another():
    assert set(cities.NAMED.values()) <= available_timezones()
    assert {name: zones.read(name) for name in cities.NAMED} == cities.NAMED
    assert len(cities.ZONES) == len(cities.NAMED)
    for language in ("fr", "en", "pt", "ar"):
        assert not {plain_key(city) for city in zones.african(language)} & cities.ZONES.keys(), "already known"


def test_every_zone_is_shown_by_a_text_that_is_read_as_this_zone():
    known = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
    for language in ("fr", "en", "ar"):
        assert [name for name in known if zones.read(zones.shown(name, language)) != name] == []
    assert zones.shown("Africa/Cairo", "fr") == "Le Caire"
    assert zones.shown(None, "fr") == ""


@pytest.mark.parametrize(
    ("text", "names", "addresses"),
    [
        (
            "Nom Un <p1@exemple.org>\np2@exemple.org\n",
            ["Nom Un", "p2@exemple.org"],
            ["p1@exemple.org", "p2@exemple.org"],
        ),
        (
            '"Un, Nom" <p1@exemple.org>; Deux <p2@exemple.org>',
            ["Un, Nom", "Deux"],
            ["p1@exemple.org", "p2@exemple.org"],
        ),
        ("p1@exemple.org, p2@exemple.org;", ["p1@exemple.org", "p2@exemple.org"], ["p1@exemple.org", "p2@exemple.org"]),
    ],
)
def test_addresses_need_no_header(text, names, addresses):
    read = listing.parse(text)
    assert ([entry.name for entry in read.entries], read.refusals) == (names, [])
    assert [entry.logins for entry in read.entries] == [((Kind.EMAIL, address),) for address in addresses]


def test_a_line_among_addresses_that_holds_none_is_refused_alone():
    read = listing.parse("Un <p1@exemple.org>\nDeux\np1@exemple.org")
    assert len(read.entries) == 1
    assert [(row.line, row.why[0].why) for row in read.refusals] == [(2, Why.LOGIN_MISSING), (3, Why.REPEATED)]


def test_columns_are_told_as_they_were_read_and_a_numbered_login_with_a_space_is_a_staff_number():
    read = listing.parse("Nom;Identifiant;Autre\nUn;M 14;x\nDeux;deux;x\nTrois;pas un identifiant;x")
    assert read.used == [("Nom", columns.Column.NAME), ("Identifiant", columns.Column.LOGIN)]
    assert [entry.logins for entry in read.entries] == [((Kind.STAFF, "M 14"),), ((Kind.USERNAME, "deux"),)]
    assert [row.line for row in read.refusals] == [4]
