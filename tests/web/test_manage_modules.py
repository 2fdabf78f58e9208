"""The builder: who may make, fill, order and put away; and modules given to cohorts with their days."""

import io
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.errors import Conflict, Invalid
from media.models import Recording, Version
from media.rules import State
from modules import actions, rules
from modules.models import Assignment, Cycle, Module, ModuleTitle, Sitting, Step
from tests.conftest import checked

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).split())


@pytest.mark.parametrize("url", ["/manage/modules", "/manage/modules/{module}", "/manage/steps/{step}"])
def test_trainers_edit_what_their_cohorts_have(house, sign_in, url):
    address = url.format(module=house.module.public_id, step=house.steps["page"].public_id)
    assert sign_in(house.trainer).get(address).status_code == 200
    assert sign_in(house.admin).get(address).status_code == 200
    assert sign_in(house.learner).get(address).status_code == 403
    if "{" in url:
        assert sign_in(house.other_trainer).get(address).status_code == 404


def test_administrators_make_cycles_and_modules(house, sign_in, session, page):
    client = sign_in(house.admin)
    assert client.post("/manage/cycles/new", data={"title_fr": "Nouveau cycle"}).status_code == 303
    cycle = session.scalars(sa.select(Cycle).order_by(Cycle.id.desc())).first()
    session.commit()
    made = client.post(
        f"/manage/cycles/{cycle.public_id}/modules/new", data={"title_fr": "M", "number": "7", "kind": "recorded"}
    )
    assert made.status_code == 303
    page(client, made.location)
    assert sign_in(house.trainer).post("/manage/cycles/new", data={"title_fr": "X"}).status_code == 403
    assert sign_in(house.trainer).get(f"/manage/cycles/{cycle.public_id}").status_code == 404


def test_a_title_in_french_is_needed_and_nothing_typed_is_lost(house, sign_in):
    answer = sign_in(house.admin).post("/manage/cycles/new", data={"title_fr": "", "title_en": "Kept"})
    assert answer.status_code == 422
    assert "Écrivez le titre en français." in answer.get_data(as_text=True)
    assert 'value="Kept"' in answer.get_data(as_text=True)


def test_a_page_is_written_previewed_and_cleaned(house, sign_in, session):
    client, url = sign_in(house.trainer), f"/manage/modules/{house.module.public_id}/steps/new/page"
    typed = {"title_fr": "Lire", "lang": "fr", "body": "# Titre\n\n<script>alert(1)</script> *texte*"}
    preview = client.post(url, data={**typed, "preview": 1})
    assert preview.status_code == 200 and "<em>texte</em>" in preview.get_data(as_text=True)
    assert client.post(url, data=typed).status_code == 303
    step = session.scalars(sa.select(Step).order_by(Step.id.desc())).first()
    assert step.body.startswith("# Titre") and "<script" not in step.html


def test_recordings_are_chosen_by_their_public_ids(house, sign_in, session, page):
    recording = Recording(title="E", created_at=NOW)
    session.add(recording)
    session.flush()
    facts = {"state": State.READY, "state_at": NOW, "shown_at": NOW, "created_at": NOW}
    session.add(Version(recording_id=recording.id, number=1, **facts))
    session.commit()
    client, url = sign_in(house.trainer), f"/manage/modules/{house.module.public_id}/steps/new/recording"
    values = [option.get("value") for option in page(client, url).find(".//select[@name='recording']")]
    assert values == ["", recording.public_id]
    typed = {"title_fr": "Regarder", "threshold": "90"}
    unchosen = client.post(url, data={**typed, "recording": ""})
    assert unchosen.status_code == 422 and "Choisissez un enregistrement." in unchosen.text
    assert 'value="Regarder"' in unchosen.text
    assert client.post(url, data={**typed, "recording": recording.id}).status_code == 422
    assert client.post(url, data={**typed, "recording": recording.public_id}).status_code == 303
    step = session.scalars(sa.select(Step).order_by(Step.id.desc())).first()
    session.commit()
    assert step.recording_id == recording.id
    shown = page(client, f"/manage/steps/{step.public_id}").find(".//select[@name='recording']")
    assert [option.get("value") for option in shown if option.get("selected") is not None] == [recording.public_id]
    recording.archived_at = NOW
    session.commit()
    assert (
        client.post(f"/manage/steps/{step.public_id}", data={**typed, "recording": recording.public_id}).status_code
        == 303
    )
    assert client.post(url, data={**typed, "recording": recording.public_id}).status_code == 422


@pytest.mark.parametrize("number", ["-1", "−2", "+", "1", " 1 "])
def test_a_number_that_is_none_or_taken_is_refused_beside_its_field(house, sign_in, session, page, number):
    client, new = sign_in(house.admin), f"/manage/cycles/{house.cycle.public_id}/modules/new"
    typed = {"title_fr": "Tapé", "kind": "recorded", "number": number}
    refused = client.post(new, data=typed)
    why = "Un autre module de ce cycle porte ce numéro." if "1" == number.strip() else "Commencez le numéro"
    assert refused.status_code == 422 and why in refused.text and 'value="Tapé"' in refused.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Module)) == 1
    session.commit()
    for own, other in (("2", "3"), ("3 bis", "")):
        assert client.post(new, data={**typed, "number": own}).status_code == 303
        made = session.scalars(sa.select(Module).order_by(Module.id.desc())).first()
        assert made.number == own
        session.commit()
        details = f"/manage/modules/{made.public_id}/details"
        again = client.post(details, data={**typed, "title_fr": "Deux"})
        assert again.status_code == 422 and why in again.text and 'value="Deux"' in again.text
        assert client.post(details, data={**typed, "number": other}).status_code == 303
        session.refresh(made)
        assert made.number == (other or None)
        session.commit()


def test_a_number_is_free_while_its_module_is_put_away(house, sign_in, session, page):
    client, new = sign_in(house.admin), f"/manage/cycles/{house.cycle.public_id}/modules/new"
    archive = f"/manage/modules/{house.module.public_id}/archive"
    client.post(archive)
    assert client.post(new, data={"title_fr": "Neuf", "kind": "recorded", "number": "1"}).status_code == 303
    refused = client.post(archive, data={"undo": 1})
    assert refused.status_code == 409 and "porte son numéro" in refused.text
    made = session.scalars(sa.select(Module).order_by(Module.id.desc())).first()
    session.commit()
    changed = {"title_fr": "Neuf", "kind": "recorded", "number": "2"}
    assert client.post(f"/manage/modules/{made.public_id}/details", data=changed).status_code == 303
    assert client.post(archive, data={"undo": 1}).status_code == 303
    session.refresh(house.module)
    assert house.module.archived_at is None


def test_the_page_of_a_module_is_titled_in_the_language_of_its_reader(house, sign_in, session, page):
    url, client = f"/manage/modules/{house.module.public_id}", sign_in(house.trainer)
    client.get("/help?lang=en")
    assert text(page(client, url).find(".//h1")) == "Module introductif", "French where there is no other"
    session.add(ModuleTitle(module_id=house.module.id, lang="en", title="Introduction"))
    session.commit()
    html = page(client, url)
    assert text(html.find(".//h1")) == "Introduction" and html.findtext(".//title").startswith("Introduction")
    assert "Module introductif" not in text(html.find(".//main"))


def test_steps_change_places_by_buttons(house, sign_in, session):
    client = sign_in(house.trainer)
    order = sa.select(Step.kind).order_by(Step.position)
    assert session.scalars(order).all()[:2] == ["recording", "page"]
    session.commit()
    client.post(f"/manage/steps/{house.steps['page'].public_id}/place", data={"to": "up"})
    client.post(f"/manage/steps/{house.steps['page'].public_id}/place", data={"to": "up"})
    assert session.scalars(order).all()[:2] == ["page", "recording"]


def test_archiving_hides_a_step_and_can_be_undone(house, sign_in, session):
    client, step = sign_in(house.trainer), house.steps["page"]
    url = f"/manage/steps/{step.public_id}/archive"
    client.post(url)
    assert sign_in(house.learner).get(f"/steps/{step.public_id}").status_code == 404
    assert client.post(f"/manage/steps/{step.public_id}/place", data={"to": "up"}).status_code == 303
    client.post(url, data={"undo": 1})
    assert sign_in(house.learner).get(f"/steps/{step.public_id}").status_code == 200


def test_administrators_give_modules_with_days_of_the_cohort(house, sign_in, session, page):
    house.other_cohort.zone = "Atlantic/Cape_Verde"
    session.commit()
    url = f"/cohorts/{house.other_cohort.public_id}/modules"
    client = sign_in(house.admin)
    page(client, url)
    sent = client.post(url, data={"module": house.module.public_id, "opens": "2099-06-01", "due": "2099-06-12"})
    assert sent.status_code == 303
    given = session.scalars(sa.select(Assignment).where(Assignment.cohort_id == house.other_cohort.id)).one()
    assert given.opens_at == datetime(2099, 6, 1, 1, 0, tzinfo=UTC)
    assert given.due_at == datetime(2099, 6, 13, 0, 59, 59, tzinfo=UTC)
    assert rules.day_of(given.due_at, "Atlantic/Cape_Verde") == date(2099, 6, 12)
    session.commit()
    page(client, f"{url}/{house.module.public_id}")
    assert (
        client.post(f"{url}/{house.module.public_id}", data={"opens": "2099-06-20", "due": "2099-06-12"}).status_code
        == 422
    )
    assert client.post(f"{url}/{house.module.public_id}/removal").status_code == 303
    assert sign_in(house.trainer).get(url).status_code == 403


@pytest.mark.parametrize(
    "url",
    [
        "/manage/modules", "/manage/cycles/new", "/manage/cycles/{cycle}", "/manage/cycles/{cycle}/modules/new",
        "/manage/modules/{module}", "/manage/modules/{module}/details", "/manage/modules/{module}/steps/new/recording",
        "/manage/modules/{module}/steps/new/page", "/manage/modules/{module}/steps/new/file",
        "/manage/modules/{module}/steps/new/in_person", "/manage/modules/{module}/steps/new/quiz",
        "/manage/steps/{recording}", "/manage/steps/{page}", "/manage/steps/{file}", "/manage/steps/{in_person}",
        "/manage/steps/{quiz}",
    ],
)  # fmt: skip
def test_every_form_of_the_builder_is_a_sound_page(house, sign_in, page, url):
    known = {kind: step.public_id for kind, step in house.steps.items()}
    page(sign_in(house.admin), url.format(cycle=house.cycle.public_id, module=house.module.public_id, **known))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title_fr", "x" * 201, "Écrivez au plus 200 caractères."),
        ("title_fr", "x" * 2001, "Écrivez au plus 200 caractères."),
        ("title_en", "x" * 2001, "Écrivez au plus 200 caractères."),
        ("summary_fr", "x" * 1001, "Écrivez au plus 1\u202f000 caractères."),
        ("number", "123456789", "Écrivez au plus 8 caractères."),
        ("title_fr", "", "Écrivez le titre en français."),
    ],
)
def test_every_error_is_a_sentence_beside_its_field(house, sign_in, field, typed, said):
    form = {"title_fr": "Titre", "kind": "recorded", field: typed}
    answer = sign_in(house.admin).post(f"/manage/modules/{house.module.public_id}/details", data=form)
    text = answer.get_data(as_text=True).replace("\u00a0", " ")
    assert answer.status_code == 422 and said in text and "trop long" not in text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title_fr", "a\0b", "qui ne peut pas être conservé"),
        ("title_en", "a\0b", "qui ne peut pas être conservé"),
        ("number", "\0", "qui ne peut pas être conservé"),
        ("summary_fr", "a\0b", "qui ne peut pas être conservé"),
        ("title_fr", "\u200b \u00a0", "Écrivez le titre en français."),
    ],
)
def test_what_cannot_be_kept_or_read_is_refused_beside_its_field(house, sign_in, session, field, typed, said):
    form = {"title_fr": "Titre", "kind": "recorded", field: typed}
    cycle = f"/manage/cycles/{house.cycle.public_id}/modules/new"
    for url in (f"/manage/modules/{house.module.public_id}/details", cycle):
        answer = sign_in(house.admin).post(url, data=form)
        assert answer.status_code == 422 and said in answer.get_data(as_text=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Module)) == 1


@pytest.mark.parametrize("titles", [{"fr": "a\0b"}, {"fr": "Titre", "en": "a\0b"}, {"fr": "\u200b"}])
def test_no_door_lets_such_a_title_in(house, session, titles):
    with pytest.raises(Invalid):
        actions.name(session, house.module, titles)


def test_the_number_and_the_kind_of_a_module_are_kept(house, sign_in, session):
    form = {"title_fr": " Titre ", "kind": "in_person", "number": " 3 ", "summary_fr": "Une ligne\r\net une autre"}
    url = f"/manage/modules/{house.module.public_id}/details"
    assert sign_in(house.admin).post(url, data=form).status_code == 303
    assert session.execute(sa.select(Module.number, Module.kind)).one() == ("3", "in_person")
    named = sa.select(ModuleTitle.title, ModuleTitle.summary)
    assert session.execute(named).one() == ("Titre", "Une ligne\net une autre")


def test_two_people_who_name_a_thing_at_once_are_told(house, session, monkeypatch):
    monkeypatch.setattr("modules.actions.building.once", lambda *_: False)
    with pytest.raises(Conflict):
        actions.name(session, house.module, {"fr": "Titre", "en": "Title"})


def test_archiving_says_who_did_it_first(house, sign_in, session):
    url = f"/manage/steps/{house.steps['page'].public_id}/archive"
    sign_in(house.trainer).post(url)
    sign_in(house.admin).post(url)
    who = sa.select(Step.archived_at, Step.archived_by_id).where(Step.kind == "page")
    at, by_id = session.execute(who).one()
    assert at is not None and by_id == house.trainer.id
    session.commit()
    sign_in(house.admin).post(url, data={"undo": 1})
    assert session.execute(who).one() == (None, None)


def test_a_time_that_is_none_is_said_in_words(house, sign_in):
    form = {"cohort": house.cohort.public_id, "day": "2026-06-22", "starts": "09:00", "ends": "noon"}
    answer = sign_in(house.trainer).post(f"/manage/steps/{house.steps['in_person'].public_id}/dates", data=form)
    assert answer.status_code == 422 and "Écrivez l’heure et les minutes" in answer.get_data(as_text=True)


@pytest.mark.parametrize("wrong", ["0", "4", "101", "abc", "", "NaN", "sNaN", "Infinity", "1e400", "9" * 5000])
def test_a_wrong_share_is_refused_beside_its_field(house, sign_in, wrong):
    typed = {"title_fr": "Regarder", "threshold": wrong}
    answer = sign_in(house.admin).post(f"/manage/steps/{house.steps['recording'].public_id}", data=typed)
    sentence = "Écrivez un nombre." if wrong == "abc" else "Écrivez une part entre 5 et 100\u00a0%."
    assert answer.status_code == 422
    assert [link.text for link in checked(answer).findall(".//a[@href='#threshold']")] == [sentence]


def test_an_empty_file_is_refused(house, sign_in):
    typed = {"title_fr": "Document", "file": (io.BytesIO(b""), "vide.pdf")}
    answer = sign_in(house.admin).post(f"/manage/modules/{house.module.public_id}/steps/new/file", data=typed)
    assert answer.status_code == 422 and "Ce fichier est vide" in answer.text


def test_before_a_module_is_archived_one_reads_who_has_it(house, sign_in, session, page):
    url, admin = f"/manage/modules/{house.module.public_id}/archive", sign_in(house.admin)
    assert url in [link.get("href") for link in page(admin, "/manage/modules").iter("a")]
    asked = text(page(admin, url))
    assert "Une cohorte a ce module." in asked and "Cohort 1" in asked and "Cohort 2" not in asked
    assert "Participant·e·s 1" in asked and "Dernier jour" in asked
    assert house.module.archived_at is None
    assert sign_in(house.trainer).get(url).status_code == 403
    session.commit()
    assert admin.post(url).status_code == 303
    assert sign_in(house.learner).get(f"/modules/{house.module.public_id}").status_code == 404
    assert admin.post(url, data={"undo": 1}).status_code == 303
    assert sign_in(house.learner).get(f"/modules/{house.module.public_id}").status_code == 200


def test_a_date_that_was_taken_back_is_brought_back(house, sign_in, session, page):
    sitting = session.scalars(sa.select(Sitting)).one()
    day, dates = (
        f"/steps/{house.steps['in_person'].public_id}",
        f"/manage/steps/{house.steps['in_person'].public_id}/dates",
    )
    url = f"/manage/sittings/{sitting.public_id}/removal"
    session.commit()
    trainer, learner = sign_in(house.trainer), sign_in(house.learner)
    assert "Salle 1" in text(page(learner, day))
    assert trainer.post(url).status_code == 303
    assert "Salle 1" not in text(page(learner, day)) + text(page(learner, "/"))
    assert "Dates retirées" in text(page(trainer, dates)) and "Salle 1" in text(page(trainer, dates))
    assert sign_in(house.other_trainer).post(url, data={"undo": 1}).status_code == 404
    assert trainer.post(url, data={"undo": 1}).status_code == 303
    assert "Salle 1" in text(page(learner, day)) and "Dates retirées" not in text(page(trainer, dates))


def test_who_leads_reads_in_which_cohorts_each_module_is(house, sign_in, session, page):
    steps = f"/cohorts/{house.cohort.public_id}/modules/{house.module.public_id}/steps"
    for person in (house.trainer, house.admin):
        html = page(sign_in(person), "/modules")
        hrefs = [link.get("href") for link in html.iter("a")]
        assert steps in hrefs and f"/manage/modules/{house.module.public_id}" in hrefs
        assert "6 étapes" in text(html) and "Cohort 1" in text(html) and "Reste" not in text(html)
    assert "Reste" in text(page(sign_in(house.learner), "/modules"))
    assert "Cohort 1" not in text(page(sign_in(house.other_trainer), "/modules"))
    session.delete(session.scalars(sa.select(Assignment)).one())
    session.commit()
    assert "donné à aucune cohorte" in text(page(sign_in(house.admin), "/modules"))


def test_a_file_form_says_what_is_taken_before_one_is_chosen(house, sign_in, page):
    html = page(sign_in(house.trainer), f"/manage/modules/{house.module.public_id}/steps/new/file")
    assert "Au plus 200 Mo" in text(html).replace("\u00a0", " ") and "docx" in text(html)
    chosen = html.find(".//input[@type='file']")
    assert ".pdf" in chosen.get("accept").split(",") and ".exe" not in chosen.get("accept")


def test_the_browser_leaves_our_sentences_to_be_said(house, sign_in, page):
    html = page(sign_in(house.admin), f"/manage/modules/{house.module.public_id}/details")
    buttons = html.findall(".//main//form//button")
    assert buttons and all(button.get("formnovalidate") is not None for button in buttons)


def typed_over(page, client, url, **typed):
    """What the form at the address sends when somebody has opened it and typed this over it."""
    form = next(form for form in page(client, url).iter("form") if form.find(".//input[@name='title_fr']") is not None)
    fields = {node.get("name"): node.get("value") or "" for node in form.iter("input")}
    fields |= {node.get("name"): "".join(node.itertext()) for node in form.iter("textarea")}
    for node in form.iter("select"):
        fields[node.get("name")] = next(each.get("value") for each in node if each.get("selected") is not None)
    return fields | typed


def shown_after(answer):
    """The page of a refusal: what it says is saved now, and what stands in its form, by name."""
    html = checked(answer)
    saved = [node.get("value") or "".join(node.itertext()) for node in html.iter() if node.get("readonly") is not None]
    own = {node.get("name"): node.get("value") or "".join(node.itertext()) for node in html.iter() if node.get("name")}
    return [one.strip() for one in saved], own


def test_two_trainers_at_one_page_lose_nothing(house, sign_in, session, page):
    step, url = house.steps["page"], f"/manage/steps/{house.steps['page'].public_id}"
    actions.fill(session, step, body="Avant", lang="fr")
    session.commit()
    one, two = sign_in(house.trainer), sign_in(house.admin)
    first = typed_over(page, one, url, body="Le texte de la première")
    second = typed_over(page, two, url, body="Le texte du second", title_fr="Titre du second")
    assert one.post(url, data=first).status_code == 303
    preview = two.post(url, data={**second, "preview": 1})
    assert preview.status_code == 200, "a preview saves nothing"
    refused = two.post(url, data=second)
    assert refused.status_code == 422
    assert "a modifié cela" in refused.get_data(as_text=True)
    saved, own = shown_after(refused)
    assert "Le texte de la première" in saved and len(saved) == 2
    assert own["body"].strip() == "Le texte du second" and own["title_fr"] == "Titre du second"
    session.refresh(step)
    assert step.body == "Le texte de la première"
    session.commit()
    assert two.post(url, data={**second, "began": own["began"], "body": "Les deux"}).status_code == 303
    session.refresh(step)
    assert step.body == "Les deux"


@pytest.mark.parametrize("place", ["steps/{step}", "modules/{module}/details", "cycles/{cycle}"])
def test_titles_are_not_overwritten_in_silence(house, sign_in, page, place):
    ids = {"step": house.steps["quiz"].public_id, "module": house.module.public_id, "cycle": house.cycle.public_id}
    url, admin = "/manage/" + place.format(**ids), sign_in(house.admin)
    first, second = (typed_over(page, admin, url, title_fr=title) for title in ("Un", "Deux"))
    assert admin.post(url, data=first).status_code == 303
    refused = admin.post(url, data=second)
    assert refused.status_code == 422
    saved, own = shown_after(refused)
    assert saved == ["Un"] and own["title_fr"] == "Deux"
    assert admin.post(url, data={**second, "began": own["began"]}).status_code == 303
    assert admin.post(url, data=typed_over(page, admin, url)).status_code == 303, "nothing has changed since"
