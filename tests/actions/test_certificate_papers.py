"""The paper: read back in four languages, its code photographed and verified with nothing but the public key."""

import base64
import hashlib
import io
import json
import re
import stat
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
import segno
import zxingcpp
from click.testing import CliRunner
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask
from fpdf import FPDF
from PIL import Image

from app import i18n
from app.config import ROOT, Config
from app.errors import Conflict
from modules.certificates import keys, words
from modules.certificates.models import Certificate
from modules.certificates.paper import fonts
from modules.certificates.paper.drawing import drawn
from modules.certificates.paper.setting import Setter, Style
from modules.certificates.rules.claims import Claims, body_of
from modules.certificates.rules.earning import Met, MetModule, Record
from modules.certificates.rules.signing import key_id, keys_in, pem_of, sign
from modules.certificates.verifying import verify

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PEM = pem_of(KEY.public_key())
SITE = "https://academy.example"
NUMBER = "2026-KMDT7-QXR42"
NAMES = {"fr": "Participante 12", "en": "Participant 12", "pt": "Participante São Gonçalo", "ar": "المشاركة الأولى"}
TITLES = {"fr": "Cycle hybride", "en": "Hybrid cycle", "pt": "Ciclo híbrido", "ar": "المسار الهجين للتكوين"}
HEADINGS = {
    "fr": "Attestation de formation", "en": "Certificate of training", "pt": "Certificado de formação",
    "ar": "شهادة تكوين",
}  # fmt: skip
LONG = "Participante d’un très long nom qui remplit plus de deux lignes de cette attestation !"


def certificate(lang: str, name: str = "", title: str = "", modules: int = 5) -> Certificate:
    """One that no database keeps."""
    steps = (Met("Étape", "recording", 0.9, "2026-06-12", 3600.0), Met("Jour", "in_person", None, "2026-06-13", None))
    row = MetModule("1", "Module introductif", 1, 2, "2026-06-13", steps)
    record, name, title = Record((row,) * modules), name or NAMES[lang], title or TITLES[lang]
    hours = record.hours
    claims = Claims(
        NUMBER, name, title, "Académie ALGA", date(2026, 7, 3), hours.online, hours.in_person, hours.days, lang,
        key_id(KEY.public_key()),
    )  # fmt: skip
    return Certificate(
        number=NUMBER, name=name, title=title, academy="Académie ALGA", lang=lang, record=record.kept(),
        signed=sign(claims, KEY), issued_at=datetime(2026, 7, 3, 12, tzinfo=UTC),
    )  # fmt: skip


def paper(app: Flask, row: Certificate) -> bytes:
    with app.app_context():
        return drawn(words.sheet(row, SITE), KEY)


def plain(text: str) -> str:
    """Letters and digits alone: joined forms, marks and the order of words are the reader's."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LN")


def picture(text: str) -> Image.Image:
    file = io.BytesIO()
    segno.make(text, error="l").save(file, kind="png", scale=4)
    return Image.open(file)


def verified_by_strangers(text: str, public_pem: str) -> dict[str, Any]:
    """All that somebody needs to know: base32, JSON, Ed25519."""
    signed = text.rsplit("/", 1)[-1]
    raw = base64.b32decode(signed + "=" * (-len(signed) % 8))
    body, signature = raw[:-64], raw[-64:]
    load_pem_public_key(public_pem.encode()).verify(signature, body)  # type: ignore[union-attr, call-arg, arg-type]
    return json.loads(body)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_it_is_read_back_in_its_language_and_is_the_same_each_time(the_app: Flask, lang: str) -> None:
    row = certificate(lang)
    file = paper(the_app, row)
    assert len(file) <= 60_000 and file == paper(the_app, row)
    reader = pypdf.PdfReader(io.BytesIO(file))
    (page,) = reader.pages
    text = page.extract_text()
    for wanted in (HEADINGS[lang], NAMES[lang], TITLES[lang], NUMBER, "Module introductif"):
        assert plain(wanted) in plain(text), (wanted, text)
    assert "?" not in text and "\ufffd" not in text
    assert reader.root_object["/Lang"] == lang and NAMES[lang] in reader.xmp_metadata.dc_title["x-default"]
    assert "/OutputIntents" in reader.root_object and reader.root_object["/MarkInfo"]["/Marked"]
    assert b'pdfaid:part="2"' in file
    for font in page["/Resources"]["/Font"].values():
        assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"], "its letters lie in the file"


def test_its_code_is_read_from_a_picture_and_verified_with_the_public_key_alone(the_app: Flask) -> None:
    row = certificate("ar")
    with the_app.app_context():
        address = words.sheet(row, SITE).address
    (code,) = zxingcpp.read_barcodes(picture(address))
    said = verified_by_strangers(code.text, PEM)
    assert (said["n"], said["p"], said["t"]) == (NUMBER, NAMES["ar"], TITLES["ar"])
    raw = base64.b32decode(row.signed + "=" * (-len(row.signed) % 8))
    forged = raw.replace("الأولى".encode(), "الثانية".encode())
    with pytest.raises(InvalidSignature):
        verified_by_strangers(base64.b32encode(forged).decode().rstrip("="), PEM)


@pytest.mark.parametrize(
    ("name", "title"), [(LONG, "Cycle"), ("م" * 80, "عنوان طويل " * 20), ("Ọlá Ɓ محمد", "T" * 200)]
)
def test_long_names_and_titles_find_room_and_the_code_stays_coarse(the_app: Flask, name: str, title: str) -> None:
    row = certificate("fr", name, title, modules=14)
    file = paper(the_app, row)
    assert len(file) <= 60_000 and len(pypdf.PdfReader(io.BytesIO(file)).pages) == 1
    with the_app.app_context():
        code = segno.make(words.sheet(row, SITE).address, error="l", micro=False)
    assert int(code.version) <= 15
    assert json.loads(base64.b32decode(row.signed + "=" * (-len(row.signed) % 8))[:-64])["p"] == name


def test_a_name_is_signed_as_it_is_composed_and_is_never_cut() -> None:
    told = ["n", "e\u0301" * 100, "t" * 500, "a", date(2026, 7, 3), 0, 0, 0, "fr", "k"]
    said = json.loads(body_of(Claims(*told)))
    assert said["p"] == "é" * 100 and said["t"].endswith("…")


def test_letters_that_no_font_has_are_named() -> None:
    assert fonts.unknown("Ọlá محمد Ελένη") == "" and fonts.unknown("a字b") == "字"


def test_portuguese_and_arabic_words_are_complete_although_their_catalogues_are_not(the_app: Flask) -> None:
    with the_app.app_context():
        assert i18n.offered() == ["fr", "en"]
        english = {lang: words.sheet(certificate(lang, "N", "T"), SITE) for lang in words.LANGUAGES}
    for lang in ("fr", "pt", "ar"):
        for member in ("heading", "awarded", "completing", "check", "signatory"):
            assert getattr(english[lang], member) != getattr(english["en"], member), (lang, member)
        labels = [{label for label, _value in english[each].facts} for each in (lang, "en")]
        assert labels[0].isdisjoint(labels[1]), lang


@pytest.fixture
def hand(tmp_path: Path, the_app: Flask) -> dict[str, Path]:
    """What somebody may have in hand."""
    row = certificate("fr")
    with the_app.app_context():
        address = words.sheet(row, SITE).address
    files = {name: tmp_path / name for name in ("paper.pdf", "code.png", "code.txt", "key.pem", "other.pem")}
    files["paper.pdf"].write_bytes(paper(the_app, row))
    picture(address).save(files["code.png"])
    files["code.txt"].write_text(address)
    files["key.pem"].write_text(PEM)
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    files["other.pem"].write_text(pem_of(other.public_key()))
    return files


def told(app: Flask, file: Path, key: Path) -> tuple[int, str]:
    with app.app_context():
        result = CliRunner().invoke(verify, [str(file), "--key", str(key)], env={"LANG": "en"})
    return result.exit_code, result.output


@pytest.mark.parametrize("name", ["paper.pdf", "code.png", "code.txt"])
def test_the_command_verifies_paper_picture_and_text(the_app: Flask, hand: dict[str, Path], name: str) -> None:
    code, said = told(the_app, hand[name], hand["key.pem"])
    assert code == 0 and NUMBER in said and NAMES["fr"] in said
    code, said = told(the_app, hand[name], hand["other.pem"])
    assert code == 1 and "another key" in said


def test_the_command_says_what_is_wrong(the_app: Flask, hand: dict[str, Path], tmp_path: Path) -> None:
    body = hand["paper.pdf"].read_bytes()
    forged = base64.b32decode((text := hand["code.txt"].read_text().rsplit("/", 1)[-1]) + "=" * (-len(text) % 8))
    altered = base64.b32encode(forged.replace(b"Participante", b"Participants")).decode().rstrip("=")
    blank = io.BytesIO()
    Image.new("L", (300, 300), 255).save(blank, "PNG")
    for data, sentence in (
        (altered.encode(), "changed after it was signed"),
        (body.replace(b"stream\r\n", b"stream\n\r", 1).replace(b"/Type", b"/Typo", 1), "changed after it was issued"),
        (body.replace(b"urn:seal:", b"urn:none:"), "not the file that was issued"),
        (b"%PDF-1.7 nothing", "no certificate"),
        (b"hello", "no certificate"),
        (blank.getvalue(), "No code can be read"),
        (blank.getvalue()[:60], "cannot be read"),
    ):
        file = tmp_path / "wrong"
        file.write_bytes(data)
        code, said = told(the_app, file, hand["key.pem"])
        assert code == 1 and sentence in said, (sentence, said)
    assert told(the_app, tmp_path / "none", hand["key.pem"])[0] == 1
    assert "No public key" in told(the_app, hand["code.txt"], hand["code.txt"])[1]


def test_the_command_asks_for_no_setting_and_no_database(hand: dict[str, Path]) -> None:
    command = [sys.executable, "-m", "modules.certificates.verifying", hand["paper.pdf"], "--key", hand["key.pem"]]
    env = {"PATH": "/usr/bin:/bin", "LANG": "fr_FR.UTF-8", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0 and "Valable" in done.stdout, done.stderr


def test_the_key_is_made_once_for_its_owner_alone_and_an_old_one_is_kept(tmp_path: Path) -> None:
    config = Config(secret_key="k" * 40, data_dir=tmp_path)
    first, file = keys.signing_key(config), tmp_path / "certificates" / "key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.signing_key(config).private_bytes_raw() == first.private_bytes_raw()
    second = keys.renewed(config)
    assert second.private_bytes_raw() != first.private_bytes_raw()
    assert len(list(file.parent.iterdir())) == 2 and key_id(first.public_key()) in str(list(file.parent.iterdir()))
    named = Config(secret_key="k" * 40, data_dir=tmp_path, certificate_key=str(tmp_path / "own.pem"))
    assert keys.signing_key(named) and (tmp_path / "own.pem").exists()
    file.write_text("nothing")
    with pytest.raises(Conflict):
        keys.signing_key(config)


def test_a_key_is_named_after_itself() -> None:
    public = KEY.public_key()
    named = base64.b32encode(hashlib.sha256(public.public_bytes_raw()).digest()).decode()[:8]
    assert key_id(public) == named and list(keys_in((PEM + PEM).encode())) == [named]


def test_each_line_names_its_own_font_and_size(the_app: Flask) -> None:
    """What a line has changed to ends with it, whatever the library believes: else words are set in another size."""
    content = pypdf.PdfReader(io.BytesIO(paper(the_app, certificate("ar")))).pages[0].get_contents()
    assert content is not None
    lines = content.get_data().split(b"BDC\n")[1:]
    assert len(lines) > 15 and all(re.search(rb"/F\d+ [\d.]+ Tf.*?Tj", line, re.S) for line in lines)
    assert not [line for line in lines if b"Tf" not in line.split(b" Tj", 1)[0]]


@pytest.mark.parametrize("word", ["بُعد", "مُحَمَّد", "تحقّقوا"])
def test_vowel_signs_and_accents_part_no_word(word: str) -> None:
    """Else the letters around them are not joined, and each sign is set by itself."""
    pdf = FPDF()
    pdf.add_page()
    setter = Setter(pdf, word, right_to_left=True)
    setter.line(word, 10, 10, 100, Style(20))
    assert [part.string for part in pdf._preload_bidirectional_text(word, False)] == [word]
