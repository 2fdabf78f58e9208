"""The same as an Open Badges 3.0 credential: a signed text (VC-JWT) for wallets and programs, alone or in a picture.

Its issuer, what it is for, and the list of those that no longer hold stand at public addresses that do not change.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from openbadgeslib.ob3 import (
    Achievement,
    IdentityObject,
    Issuer,
    OB3Signer,
    OpenBadgeCredential,
    build_status_list_credential,
    sign_status_list_credential,
    status_entry,
)

from modules.certificates.models import Certificate
from modules.certificates.paper.drawing import DYES, PAPER
from modules.certificates.rules.earning import Record
from modules.certificates.status import SIZE, address

ALGORITHM, REVOCATION = "EdDSA", "revocation"
FRESH = timedelta(days=1)


def issuer(site: str, academy: str) -> Issuer:
    """The academy, as a profile."""
    return Issuer(id=f"{site}/certificates/issuer", name=academy, url=site)


def achievement(site: str, public_id: str, title: str, criteria: str) -> Achievement:
    """What is certified: a cycle or a module, and what is asked for it."""
    return Achievement(
        id=f"{site}/certificates/achievements/{public_id}", name=title, description=title,
        criteria_narrative=criteria, achievement_type="Certificate",
    )  # fmt: skip


def credential(row: Certificate, site: str, public_id: str, criteria: str) -> OpenBadgeCredential:
    """What is signed: whose it is stands as a plain name, as on the paper."""
    return OpenBadgeCredential(
        id=f"urn:uuid:{uuid5(NAMESPACE_URL, f'{site}/certificates/{row.number}')}",
        issuer=issuer(site, row.academy), recipient_id=None, name=row.title,
        achievement=achievement(site, public_id, row.title, criteria),
        identifiers=[IdentityObject(identity_hash=row.name, identity_type="name", hashed=False)],
        issuance_date=row.issued_at.replace(microsecond=0),
        credential_status=[status_entry(address(site, row.id), REVOCATION, row.id % SIZE)],
    )  # fmt: skip


def signed(found: OpenBadgeCredential, key: Ed25519PrivateKey) -> str:
    """As a VC-JWT."""
    return OB3Signer(_pem(key), algorithm=ALGORITHM).sign(found)


def baked(found: OpenBadgeCredential, key: Ed25519PrivateKey, row: Certificate) -> bytes:
    """In its picture."""
    return OB3Signer(_pem(key), algorithm=ALGORITHM).sign_into_svg(found, picture(row).encode())


def ended(site: str, number: int, places: list[int], key: Ed25519PrivateKey, now: datetime) -> str:
    """The list of those that hold no longer, as a signed text that is good for a day."""
    url = address(site, number * SIZE)
    listed: dict[str, Any] = build_status_list_credential(
        f"{site}/certificates/issuer", url, REVOCATION, places, SIZE, now, now + FRESH
    )
    return sign_status_list_credential(listed, _pem(key), ALGORITHM)


def picture(row: Certificate) -> str:
    """A piece of cloth with a band for each module, and a tick."""
    dyes = [module.dye for module in Record.read(row.record).modules] or [1]
    high = 320 / len(dyes)
    bands = "".join(
        f'<rect x="96" y="{96 + place * high:.1f}" width="320" height="{high - 6:.1f}" fill="#{DYES[(dye - 1) % 6]}"/>'
        for place, dye in enumerate(dyes)
    )
    ribs = "".join(f"M{x} 96v314" for x in range(104, 416, 12))
    paper = "#" + bytes(PAPER).hex()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><title>{escape(row.title)}</title>'
        f'<rect x="8" y="8" width="496" height="496" rx="24" fill="{paper}" stroke="#1b1a16" stroke-width="8"/>{bands}'
        f'<path d="{ribs}" stroke="{paper}" stroke-opacity=".28" stroke-width="3"/>'
        f'<circle cx="256" cy="256" r="96" fill="{paper}" stroke="#1b1a16" stroke-width="8"/>'
        '<path d="M208 258l34 34 64-74" fill="none" stroke="#0d5740" stroke-width="22"/></svg>'
    )


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
