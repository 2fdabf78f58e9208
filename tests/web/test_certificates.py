"""Certificates on pages: looked at, issued, opened, checked, revoked, issued anew, taken along."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.notices.models import Notice
from modules.certificates.models import Certificate
from modules.certificates.rules.claims import body_of, claims_of, joined, parted
from tests.actions.test_certificates import finish
from tests.world import World

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def done(session: Session, house: World) -> World:
    """The learner has done every step."""
    finish(session, house, house.learner)
    session.commit()
    return house


def issue(client: FlaskClient, house: World, lang: str = "fr") -> Any:
    form = {"of": house.cycle.public_id, "lang": lang, "person": house.learner.public_id}
    return client.post(f"/cohorts/{house.cohort.public_id}/certificates", data=form)


def only(session: Session) -> Certificate:
    newest = sa.select(Certificate).order_by(Certificate.id.desc()).execution_options(populate_existing=True)
    row = session.scalars(newest).first()
    assert row
    session.commit()  # Another writer would wait for this reader.
    return row


def text_of(page: Any) -> str:
    return " ".join("".join(page.itertext()).split())


def test_a_trainer_looks_issues_and_the_learner_opens(
    done: World, session: Session, sign_in: SignIn, page: Any, client: FlaskClient
) -> None:
    trainer, learner = sign_in(done.trainer), sign_in(done.learner)
    address = f"/cohorts/{done.cohort.public_id}/certificates"
    assert "learner" in text_of(page(trainer, address))
    specimen = trainer.get(f"{address}/specimen.pdf?lang=ar")
    assert specimen.status_code == 200 and specimen.data.startswith(b"%PDF") and b"/C/" not in specimen.data
    assert trainer.get(f"{address}.zip").status_code == 404
    assert issue(trainer, done).status_code == 303
    row = only(session)
    assert "1 attestation vous a été délivrée" in text_of(page(learner, "/"))
    assert row.number in text_of(page(learner, "/certificates"))
    shown = text_of(page(learner, f"/certificates/{row.public_id}"))
    assert "Règle 1 de ce module" in shown and "Révoquer" not in shown
    assert "Révoquer" in text_of(page(trainer, f"/certificates/{row.public_id}"))
    paper = learner.get(f"/certificates/{row.public_id}/certificate.pdf")
    assert paper.mimetype == "application/pdf" and len(paper.data) <= 60_000
    assert paper.data == trainer.get(f"/certificates/{row.public_id}/certificate.pdf").data
    for stranger in (sign_in(done.other_learner), sign_in(done.other_trainer)):
        assert stranger.get(f"/certificates/{row.public_id}/certificate.pdf").status_code == 404
    assert issue(trainer, done).status_code == 303 and only(session).id == row.id
    packed = zipfile.ZipFile(io.BytesIO(trainer.get(f"{address}.zip").data))
    assert packed.namelist() == [f"{row.number} learner.pdf"] and packed.read(packed.namelist()[0]) == paper.data


def test_anyone_checks_a_code_or_a_number_and_a_number_names_nobody(
    done: World, session: Session, sign_in: SignIn, page: Any, client: FlaskClient
) -> None:
    trainer = sign_in(done.trainer)
    issue(trainer, done)
    row = only(session)
    shown = text_of(page(client, f"/C/{row.signed}"))
    assert "Valable" in shown and "learner" in shown and "Cycle hybride" in shown

    def ask(text: str) -> tuple[int, str]:
        answer = client.post("/certificates/check", data={"text": text})
        return answer.status_code, answer.get_data(as_text=True)

    status, said = ask(row.number.lower().replace("-", " "))
    assert (status, "est valable" in said, "learner" in said, "Cycle hybride" in said) == (200, True, False, False)
    assert ask(f"HTTPS://EXAMPLE.ORG/C/{row.signed[:80]}\n{row.signed[80:]}")[0] == 200
    assert "Aucune attestation" in ask("2026-ZZZZZ-ZZZZZ")[1]
    body, signature = parted(row.signed)
    status, said = ask(joined(body.replace(b"learner", b"lerner!"), signature))
    assert status == 422 and "changé après la signature" in said and "lerner!" not in said
    assert ask("")[0] == ask("n’importe quoi")[0] == 422
    trainer.post(f"/certificates/{row.public_id}/revoke", data={"why": "Texte d’exemple"})
    for said in (ask(row.signed)[1], ask(row.number)[1]):
        assert "révoquée" in said and "Texte d’exemple" not in said
    assert "Texte d’exemple" in text_of(page(sign_in(done.learner), f"/certificates/{row.public_id}"))


def test_a_name_written_with_accents_apart_holds_too(
    done: World, session: Session, sign_in: SignIn, client: FlaskClient
) -> None:
    done.learner.name = "Participante\u0301e 12"
    session.commit()
    issue(sign_in(done.trainer), done)
    row = only(session)
    assert row.name == "Participant\u00e9e 12"
    assert "est valable" in client.get(f"/C/{row.signed}").get_data(as_text=True)


def test_a_text_that_we_signed_for_no_row_of_ours_is_unknown(
    done: World, session: Session, sign_in: SignIn, client: FlaskClient
) -> None:
    issue(sign_in(done.trainer), done)
    row = only(session)
    signed = row.signed
    session.delete(row)
    session.commit()
    said = client.get(f"/C/{signed}").get_data(as_text=True)
    assert "Inconnue" in said
    assert claims_of(body_of(claims_of(parted(signed)[0]))).number in said


def test_a_corrected_name_is_issued_anew_and_the_old_one_says_so(
    done: World, session: Session, sign_in: SignIn, page: Any, client: FlaskClient
) -> None:
    trainer = sign_in(done.trainer)
    issue(trainer, done)
    old = only(session)
    refused = trainer.post(f"/certificates/{old.public_id}/reissue")
    assert refused.status_code == 422 and "Corrigez-le" in refused.get_data(as_text=True)
    done.learner.name = "Participante 12"
    session.commit()
    assert trainer.post(f"/certificates/{old.public_id}/reissue").status_code == 303
    new = only(session)
    assert new.name == "Participante 12" and new.number != old.number
    said = client.get(f"/C/{old.signed}").get_data(as_text=True)
    assert "Remplacée" in said and new.number in said
    assert new.number in text_of(page(trainer, f"/certificates/{old.public_id}"))
    assert sign_in(done.learner).post(f"/certificates/{new.public_id}/reissue").status_code == 404


def test_its_person_is_told_once_asks_why_and_objects(
    done: World, session: Session, sign_in: SignIn, page: Any
) -> None:
    trainer, learner = sign_in(done.trainer), sign_in(done.learner)
    issue(trainer, done)
    row = only(session)
    address = f"/why/certificate/{row.public_id}"
    assert "Règle 1 de ce module" in text_of(page(learner, address))
    assert sign_in(done.other_learner).get(address).status_code == 404
    of = f"/cohorts/{done.cohort.public_id}/learners/{done.learner.public_id}{address}"
    assert row.number in text_of(page(trainer, of))
    assert learner.post(address, data={"body": "Texte d’exemple"}).status_code == 303
    trainer.post(f"/certificates/{row.public_id}/revoke", data={"why": "Texte d’exemple"})
    told = session.execute(sa.select(Notice.kind, Notice.person_id).order_by(Notice.id)).all()
    session.commit()
    ours = [tuple(each) for each in told if each.kind.startswith("certificate")]
    assert ours == [("certificate_issued", done.learner.id), ("certificate_revoked", done.learner.id)]


def test_a_reason_is_asked_for_and_only_who_leads_revokes(
    done: World, session: Session, sign_in: SignIn, page: Any
) -> None:
    trainer = sign_in(done.trainer)
    issue(trainer, done)
    row = only(session)
    address = f"/certificates/{row.public_id}/revoke"
    page(trainer, address)
    assert trainer.post(address, data={"why": " "}).status_code == 422
    assert sign_in(done.learner).post(address, data={"why": "Texte"}).status_code == 404
    assert sign_in(done.admin).post(address, data={"why": "Texte"}).status_code == 303
    assert trainer.post(address, data={"why": "Texte"}).status_code == 409


def test_the_keys_are_published_for_as_long_as_they_are_named(
    done: World, session: Session, sign_in: SignIn, client: FlaskClient
) -> None:
    issue(sign_in(done.trainer), done)
    row = only(session)
    found = client.get("/certificates/keys.json").get_json()["keys"]
    assert row.key_id in {key["kid"] for key in found} and all(key["crv"] == "Ed25519" for key in found)
    assert client.get("/certificates/keys").data.count(b"BEGIN PUBLIC KEY") == len(found)
    assert b"PRIVATE" not in client.get("/certificates/keys").data
