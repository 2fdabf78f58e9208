"""certificates verify: whether a PDF, a picture of its code, or the text of it was signed by a key that is at hand.

Nothing of the server is asked: no database, no network, no setting; `python -m modules.certificates.verifying` does it
too. A PDF must be as it was issued to the last byte, so that what is printed on it is what was signed.
"""

import io
import re
from pathlib import Path

import click
import zxingcpp
from flask import Flask
from PIL import Image, UnidentifiedImageError

from app import i18n
from app.i18n import gettext, lazy
from app.terminal import Refused, spoken
from modules.certificates.paper.seal import intact
from modules.certificates.rules.claims import Claims, Flaw, NotCertified, found_in
from modules.certificates.rules.signing import Keys, keys_in, verified

LARGEST = 20 * 1024 * 1024
_IN_PDF = re.compile(rb'dc:identifier="([^"]+)"')
FLAWS = {
    Flaw.UNREADABLE: lazy("This is no certificate: no signed text was found in it."),
    Flaw.OTHER_KEY: lazy("This was signed by another key: it is no certificate of who gave you this one."),
    Flaw.ALTERED: lazy("This was changed after it was signed: what it says does not hold."),
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "key", required=True, type=click.Path(path_type=Path), help="Public keys of the academy (PEM).")
@spoken
def verify(file: Path, key: Path) -> None:
    """Say what FILE certifies (PDF, picture of the code, or its text); exit code 1 says that it does not, and why."""
    keys = keys_in(_bytes(key))
    if not keys:
        raise Refused(gettext("No public key (Ed25519, PEM) was found in “%(file)s”.", file=key.name))
    try:
        claims = verified(_text(_bytes(file), keys), keys)
    except NotCertified as refusal:
        raise Refused(FLAWS[refusal.flaw]) from refusal
    for line in _lines(claims):
        click.echo(line)


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError:
        raise Refused(gettext("“%(file)s” cannot be read.", file=file.name)) from None
    if len(data) > LARGEST:
        raise Refused(gettext("“%(file)s” is too large to be a certificate.", file=file.name))
    return data


def _text(data: bytes, keys: Keys) -> str:
    """The signed text that a file carries."""
    if data.startswith(b"%PDF"):
        return _of_pdf(data, keys)
    text = _of_picture(data)
    found = found_in(data.decode("utf-8", "replace") if text is None else text)
    if found is None:
        raise NotCertified(Flaw.UNREADABLE)
    return found


def _of_pdf(data: bytes, keys: Keys) -> str:
    named = _IN_PDF.findall(data)
    text = found_in(named[0].decode("utf-8", "replace")) if len(named) == 1 else None
    if text is None:
        raise NotCertified(Flaw.UNREADABLE)
    whole = intact(data, keys)
    if whole is None:
        raise Refused(gettext("This PDF is not the file that was issued. Verify a picture of its code instead."))
    if not whole:
        verified(text, keys)  # Another key, or another text, is said first.
        raise Refused(gettext("This PDF was changed after it was issued: what is printed on it does not hold."))
    return text


def _of_picture(data: bytes) -> str | None:
    """What the code in a picture says; None: it is no picture."""
    try:
        picture = Image.open(io.BytesIO(data)).convert("L")
    except UnidentifiedImageError:
        return None
    except (OSError, ValueError, Image.DecompressionBombError):
        raise Refused(gettext("This picture cannot be read.")) from None
    codes = [code.text for code in zxingcpp.read_barcodes(picture)]
    if not codes:
        raise Refused(gettext("No code can be read in this picture: take a sharper one, straight from above."))
    return next((code for code in codes if found_in(code)), codes[0])


def _lines(claims: Claims) -> list[str]:
    hours = gettext("online %(online)d min, in person %(there)d min", online=claims.online, there=claims.in_person)
    days = gettext(", in person %(days)d d", days=claims.days) if claims.days else ""
    return [
        gettext("Valid: signed by key %(key)s.", key=claims.key),
        gettext("Name: %(name)s", name=claims.name),
        gettext("For: %(title)s", title=claims.title),
        gettext("Issued by: %(academy)s, %(day)s", academy=claims.academy, day=claims.issued.isoformat()),
        gettext("Number: %(number)s", number=claims.number),
        gettext("Time: %(hours)s", hours=hours + days),
        gettext("Whether it was revoked since, only the academy’s check page knows."),
    ]


if __name__ == "__main__":
    speaking = Flask("app", static_folder=None)
    i18n.init_app(speaking)
    with speaking.app_context():
        verify(prog_name="flask certificates verify")
