"""Cohorts and their people, for administrators."""

import io
from datetime import UTC, datetime
from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.listing import MOST_BYTES
from app.people.models import Cohort, Institution, Login, Membership, Person
from tests.conftest import checked

NOW = datetime.now(UTC)
LIST = (
    "Nom;Courriel;Matricule;Pays;Institution;Rôle\n"
    "Learner 11;p11@exemple.org;;Mali;Commune 1;\n"
    "Trainer 11;;M 11;Bénin;COMMUNE 1;formatrice\n"
    "learner;;learner;;;\n"
    ";p12@exemple.org;;;;\n"
    "Learner 13;p11@exemple.org;;;;\n"
)


def kept(session, statement):
    with Session(session.get_bind()) as reader:
        found = reader.scalars(statement).all()
        reader.expunge_all()
    return found


def roles(session, cohort):
    wanted = sa.select(Person.name, Membership.role).join(Membership, Membership.person_id == Person.id)
    wanted = wanted.where(Membership.cohort_id == cohort.id, Membership.ended_at.is_(None))
    found = {tuple(row) for row in session.execute(wanted)}
    session.commit()
    return found


def text(client, url):
    return "".join(checked(client.get(url)).itertext())


def cohorts_on(client, url):
    return [link.text for heading in checked(client.get(url)).iter("h3") for link in heading.iter("a")]


def send(client, cohort, text=LIST, **more):
    data = {"text": text, "role": "learner", **more}
    return client.post(f"/cohorts/{cohort.public_id}/people/list", data=data, content_type="multipart/form-data")


def test_a_cohort_is_made_changed_archived_and_brought_back(house, session, sign_in):
    admin = sign_in(house.admin)
    assert admin.post("/cohorts/new", data={"name": " Cohort  3 ", "zone": "Africa/Tunis"}).status_code == 303
    (cohort,) = kept(session, sa.select(Cohort).where(Cohort.name == "Cohort 3"))
    url = f"/cohorts/{cohort.public_id}"
    assert admin.post(f"{url}/details", data={"name": "Cohort 4", "zone": "Africa/Maputo"}).status_code == 303
    assert admin.post(f"{url}/archive").status_code == 303
    assert kept(session, sa.select(Cohort.archived_at).where(Cohort.id == cohort.id)) != [None]
    checked(admin.get(f"{url}/details"))
    assert "Cohort 4" not in text(admin, "/cohorts")
    assert "Cohort 4" in text(admin, "/cohorts?archived=1")
    assert admin.post(f"{url}/archive", data={"undo": "1"}).status_code == 303
    (cohort,) = kept(session, sa.select(Cohort).where(Cohort.id == cohort.id))
    assert (cohort.name, cohort.zone, cohort.archived_at) == ("Cohort 4", "Africa/Maputo", None)


def test_two_open_cohorts_never_share_a_name(house, session, sign_in):
    admin, url = sign_in(house.admin), f"/cohorts/{house.other_cohort.public_id}"
    typed = {"name": " Cohort  1 ", "zone": "Africa/Maputo"}
    for form, name in product(("/cohorts/new", f"{url}/details"), (" Cohort  1 ", "COHÓRT 1", "cohort １")):
        refused = admin.post(form, data={**typed, "name": name})
        assert refused.status_code == 422 and "porte déjà ce nom" in refused.text and "Maputo" in refused.text
        assert name.strip() in refused.text, "what was typed is kept"
    assert admin.post(f"{url}/details", data={**typed, "name": "COHÓRT 2"}).status_code == 303, "its own name"
    first = f"/cohorts/{house.cohort.public_id}/archive"
    assert admin.post(first).status_code == 303
    assert admin.post(f"{url}/details", data=typed).status_code == 303, "an archived one has no claim"
    kept_away = admin.post(first, data={"undo": "1"})
    assert kept_away.status_code == 409 and "porte son nom" in kept_away.text
    assert admin.post(f"{url}/details", data={**typed, "name": "Cohort 2"}).status_code == 303
    assert admin.post(first, data={"undo": "1"}).status_code == 303


def test_the_preview_says_how_columns_and_addresses_are_read(house, sign_in):
    admin = sign_in(house.admin)
    tree = checked(send(admin, house.cohort))
    assert "Matricule → Matricule" in "".join(tree.itertext())
    arrows = [node for node in tree.iter() if "→" in (node.text or "") + (node.tail or "")]
    assert {node.get("class") for node in arrows} == {"onward"}, "turned where the page is mirrored"
    shown = "".join(checked(send(admin, house.cohort, "Learner 14 <p14@exemple.org>")).itertext())
    assert "Learner 14" in shown and "Chaque ligne est lue comme un nom" in shown


def test_one_list_of_cohorts_is_searched_page_by_page_and_keeps_the_archived_apart(house, session, sign_in):
    for number in range(60):
        session.add(Cohort(name=f"Région {number:02}", zone="Africa/Bamako", created_at=NOW))
    session.add(Cohort(name="Région finie", zone="Africa/Bamako", created_at=NOW, archived_at=NOW))
    session.commit()
    admin, trainer = sign_in(house.admin), sign_in(house.trainer)
    assert admin.get("/people/cohorts").headers["Location"] == "/cohorts"
    first, second = (cohorts_on(admin, f"/cohorts?q=REGION&page={number}") for number in (1, 2))
    assert (len(first), len(second)) == (50, 10)
    assert not {"Région finie", "Cohort 1"} & {*first, *second}
    assert cohorts_on(admin, "/cohorts?q=region+07") == ["Région 07"]
    assert "Aucune cohorte ne porte ce nom." in text(admin, "/cohorts?q=nowhere")
    archived = text(admin, "/cohorts?archived=1&q=region")
    assert "Région finie" in archived and "Région 07" not in archived
    assert "Région" not in text(trainer, "/cohorts?archived=1&q=")


def test_the_people_of_a_cohort_lead_to_its_progress_and_modules_and_back(house, sign_in):
    admin, url = sign_in(house.admin), f"/cohorts/{house.cohort.public_id}"
    addresses = {"/cohorts", url, f"{url}/people", f"{url}/modules"}
    for address in addresses:
        links = {link.get("href") for link in checked(admin.get(address)).iter("a")}
        assert addresses - links <= {address}, address


@pytest.mark.parametrize("wrong", [{"name": ""}, {"zone": "Mars"}, {"zone": ""}])
def test_a_cohort_needs_a_name_and_a_zone_that_exists(house, session, sign_in, wrong):
    answer = sign_in(house.admin).post("/cohorts/new", data={"name": "Cohort 3", "zone": "Africa/Tunis"} | wrong)
    assert answer.status_code == 422
    checked(answer)
    assert kept(session, sa.select(Cohort).where(Cohort.name == "Cohort 3")) == []


@pytest.mark.parametrize(("typed", "near"), [("RDC", "Kinshasa, Lubumbashi"), ("Dakkar", "Dakar"), ("Mars", "")])
def test_a_city_that_is_not_known_is_given_back_with_near_ones_in_forms_and_lists(house, sign_in, typed, near):
    admin = sign_in(house.admin)
    tree = checked(admin.post("/cohorts/new", data={"name": "Cohort 9", "zone": typed}))
    (field,) = [node for node in tree.iter("input") if node.get("id") == "zone"]
    (said,) = ["".join(node.itertext()) for node in tree.iter("p") if node.get("id") == "zone-error"]
    assert field.get("value") == typed
    assert (f"Proches : {near}." in said.replace("\u00a0", " ")) == bool(near)
    assert "Africa/Bamako" in said
    listed = send(admin, house.cohort, f"Nom;Matricule;Fuseau\nX;M9;{typed}\n").text
    assert f"écrivez par exemple {near or 'Africa/Casablanca'}." in listed
    assert admin.post("/cohorts/new", data={"name": "Cohort 9", "zone": "Kinshasa"}).status_code == 303


def test_only_administrators_change_cohorts(house, session, sign_in):
    url = f"/cohorts/{house.cohort.public_id}"
    for person in (house.learner, house.trainer):
        client = sign_in(person)
        for post in ("/cohorts/new", f"{url}/details", f"{url}/archive", f"{url}/people", f"{url}/people/codes"):
            assert client.post(post, data={"name": "x", "zone": "Africa/Tunis"}).status_code == 403
        assert send(client, house.cohort, confirmed="1").status_code == 403
        ending = f"{url}/people/{house.learner.public_id}/learner"
        assert client.post(ending).status_code == 403
    assert sign_in(house.admin).get("/cohorts/nowhere/people").status_code == 404


def test_a_known_person_is_added_by_any_login_and_twice_is_once(house, session, sign_in):
    admin, url = sign_in(house.admin), f"/cohorts/{house.cohort.public_id}/people"
    for _ in range(2):
        assert admin.post(url, data={"login": "OTHER_learner", "role": "expert"}).status_code == 303
    assert ("other_learner", "expert") in roles(session, house.cohort)
    unknown = admin.post(url, data={"login": "nobody", "role": "expert"})
    assert unknown.status_code == 422
    assert any("login=nobody" in (node.get("href") or "") for node in checked(unknown).iter("a"))


def test_a_membership_ends_dated_and_is_given_again_as_a_new_one(house, session, sign_in):
    admin = sign_in(house.admin)
    url = f"/cohorts/{house.cohort.public_id}/people/{house.learner.public_id}/learner"
    wanted = sa.select(Membership.ended_at).where(Membership.person_id == house.learner.id)
    assert admin.post(url).status_code == 303
    assert kept(session, wanted) != [None]
    checked(admin.get(f"/cohorts/{house.cohort.public_id}/people"))
    assert admin.post(url, data={"undo": "1"}).status_code == 303
    (first, second) = kept(session, wanted.order_by(Membership.id))
    assert first is not None and second is None
    shown = checked(admin.get(f"/cohorts/{house.cohort.public_id}/people"))
    assert len([row for row in shown.iter("tr") if "learner" in "".join(row.itertext())]) == 1
    other = f"/cohorts/{house.other_cohort.public_id}/people/{house.learner.public_id}/learner"
    assert admin.post(other).status_code == 404


def test_the_people_of_a_cohort_are_those_who_take_part_now(house, session, sign_in, page):
    admin, url = sign_in(house.admin), f"/cohorts/{house.cohort.public_id}/people"

    def said():
        return " ".join("".join(page(admin, url).find(".//main").itertext()).split())

    assert "Personnes 2" in said()
    assert admin.post(f"{url}/{house.learner.public_id}/learner").status_code == 303
    assert "Personnes 1" in said() and "learner" in text(admin, url)
    admin.post(f"{url}/{house.trainer.public_id}/expert")
    assert admin.post(url, data={"login": "trainer", "role": "expert"}).status_code == 303
    assert "Personnes 1" in said()


def test_a_list_is_shown_before_anything_is_written(house, session, sign_in):
    before = roles(session, house.cohort)
    answer = send(sign_in(house.admin), house.cohort)
    text = answer.get_data(as_text=True)
    checked(answer)
    assert answer.status_code == 200
    assert LIST.split("\n")[1] in text and "p11@exemple.org » est déjà" in text.replace("\u202f", " ").replace(
        "\u00a0", " "
    )
    assert roles(session, house.cohort) == before


def test_a_confirmed_list_makes_joins_and_refuses_and_again_makes_nobody(house, session, sign_in):
    admin = sign_in(house.admin)
    answer = send(admin, house.cohort, confirmed="1")
    tree = checked(answer)
    assert facts(tree) == ["2", "0", "1", "2"]
    assert {("Learner 11", "learner"), ("Trainer 11", "trainer")} <= roles(session, house.cohort)
    assert sorted(kept(session, sa.select(Institution.country))) == ["BJ", "ML"]  # one name, two countries
    (box,) = [node.text for node in tree.iter("textarea")]
    assert box.strip().split("\n") == [LIST.split("\n")[0], LIST.split("\n")[4], LIST.split("\n")[5]]
    people = len(kept(session, sa.select(Person.id)))
    assert facts(checked(send(admin, house.cohort, confirmed="1"))) == ["0", "0", "3", "2"]
    assert facts(checked(send(admin, house.other_cohort, confirmed="1"))) == ["0", "3", "0", "2"]
    assert len(kept(session, sa.select(Person.id))) == people


def facts(tree):
    (found,) = [node for node in tree.iter("ul") if node.get("class") == "facts"]
    return [node.text for node in found.iter("bdi")]


def test_who_left_comes_back_with_the_list(house, session, sign_in):
    session.execute(sa.update(Membership).where(Membership.person_id == house.learner.id).values(ended_at=NOW))
    session.commit()
    assert facts(checked(send(sign_in(house.admin), house.cohort, confirmed="1"))) == ["2", "1", "0", "2"]
    assert ("learner", "learner") in roles(session, house.cohort)


def test_a_login_of_somebody_with_another_name_joins_only_when_it_is_said_to_be_the_same_person(
    house, session, sign_in
):
    house.learner.name = "Learner Numéro Un"
    session.commit()
    text = "Nom;Identifiant\nUn, LEARNER numero;learner\nLearner Deux;trainer\nLearner Trois;other_trainer\nNew;new9\n"
    admin, cohort = sign_in(house.admin), house.other_cohort
    tree = checked(send(admin, cohort, text))
    said = " ".join("".join(tree.itertext()).split())
    assert "« trainer » appartient déjà à trainer ; la liste dit Learner Deux." in said
    assert facts(tree) == ["1", "1", "0", "0", "2"]
    boxes = {node.get("value"): "checked" in node.attrib for node in tree.iter("input") if node.get("name") == "sure"}
    assert list(boxes.values()) == [False, False]
    others = send(admin, cohort, text, confirmed="1", sure=["3." + house.learner.public_id, "9." + list(boxes)[0][2:]])
    assert facts(checked(others)) == ["1", "1", "0", "2"]
    assert "la liste dit Learner Deux." in others.text
    assert facts(checked(send(admin, cohort, text, confirmed="1", sure=list(boxes)[:1]))) == ["0", "1", "2", "1"]
    there = roles(session, cohort)
    assert {("trainer", "learner"), ("Learner Numéro Un", "learner"), ("New", "learner")} <= there
    assert ("other_trainer", "learner") not in there
    assert kept(session, sa.select(Person.name).where(Person.name == "Learner Deux")) == []


def test_a_line_that_names_two_people_is_refused_and_the_account_of_nobody_is_touched(house, session, sign_in):
    text = "Nom;Identifiant;Matricule\nX;learner;trainer\n"
    assert facts(checked(send(sign_in(house.admin), house.other_cohort, text, confirmed="1"))) == ["0", "0", "0", "1"]
    assert kept(session, sa.select(Person).where(Person.name == "X")) == []


def test_a_file_is_read_in_its_encoding_and_a_workbook_is_refused_beside_its_field(house, session, sign_in):
    admin = sign_in(house.admin)
    file = (io.BytesIO("Nom;Matricule\nÉlève 14;M14\n".encode("cp1252")), "liste.csv")
    assert "Élève 14" in send(admin, house.cohort, "", file=file).get_data(as_text=True)
    for content in (b"PK\x03\x04", b"x" * (MOST_BYTES + 1)):
        answer = send(admin, house.cohort, " ", file=(io.BytesIO(content), "liste.xlsx"))
        assert answer.status_code == 422
        assert wrong(checked(answer)) == ["#file"]


def test_a_list_and_a_file_together_are_refused_and_the_list_is_given_back(house, session, sign_in):
    admin, before = sign_in(house.admin), roles(session, house.cohort)

    def file():
        return io.BytesIO(b"Nom;Matricule\nLearner 14;M14\n"), "liste.csv"

    answer = send(admin, house.cohort, LIST, file=file(), confirmed="1")
    tree = checked(answer)
    assert (answer.status_code, wrong(tree)) == (422, ["#file"])
    assert [node.text.strip() for node in tree.iter("textarea")] == [LIST.strip()]
    assert roles(session, house.cohort) == before
    assert send(admin, house.cohort, " \n", file=file(), confirmed="1").status_code == 200
    assert ("Learner 14", "learner") in roles(session, house.cohort)


def wrong(tree):
    """The fields that the summary of errors leads to."""
    return [node.get("href") for node in tree.iter("a") if node.get("href") in {"#text", "#file", "#role"}]


@pytest.mark.parametrize("text", ["", "no header here", "Nom;Pays\nX;Mali"])
def test_a_list_that_cannot_be_read_is_given_back_with_its_reason(house, sign_in, text):
    answer = send(sign_in(house.admin), house.cohort, text)
    assert answer.status_code == 422
    tree = checked(answer)
    assert "#text" in {node.get("href") for node in tree.iter("a")}
    assert [(node.text or "").strip() for node in tree.iter("textarea")] == [text]


def test_a_list_of_five_thousand_is_written_in_one_go(house, session, sign_in):
    text = "Nom\tMatricule\n" + "".join(f"Learner {n}\tZ{n}\n" for n in range(5000))
    answer = send(sign_in(house.admin), house.cohort, text, confirmed="1")
    assert facts(checked(answer)) == ["5000", "0", "0", "0"]
    assert len(kept(session, sa.select(Login.id))) == 5005


def next_steps(tree):
    main = tree.find(".//main")
    return (
        [form.get("action") for form in main.iter("form") if (form.get("action") or "").endswith("/people/codes")],
        [link.get("href") for link in main.iter("a") if (link.get("href") or "").endswith("/modules")],
    )


def test_an_enrolled_list_leads_on_to_codes_and_to_modules_where_they_are_missing(house, session, sign_in):
    admin = sign_in(house.admin)
    with_modules, without = (f"/cohorts/{cohort.public_id}" for cohort in (house.cohort, house.other_cohort))
    assert next_steps(checked(send(admin, house.other_cohort))) == ([], [])
    done = checked(send(admin, house.other_cohort, confirmed="1"))
    assert next_steps(done) == ([f"{without}/people/codes"], [f"{without}/modules"])
    assert admin.get(f"{without}/modules").status_code == 200
    done = checked(send(admin, house.cohort, confirmed="1"))
    assert next_steps(done) == ([f"{with_modules}/people/codes"], [])
    session.execute(sa.update(Person).values(password_hash="chosen"))
    session.commit()
    assert next_steps(checked(send(admin, house.cohort, confirmed="1"))) == ([], [])


def test_codes_are_printed_for_those_without_a_password_only(house, session, sign_in):
    admin = sign_in(house.admin)
    send(admin, house.cohort, confirmed="1")
    url = f"/cohorts/{house.cohort.public_id}/people/codes"
    assert admin.get(url).text.count("/code/") == 0
    assert admin.post(url).location == url
    answer = admin.get(url)
    names = {node.findtext("bdi") for node in checked(answer).iter("h2")}
    assert names == {"Learner 11", "Trainer 11"}
