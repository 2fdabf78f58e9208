"""Ed25519: keys by their ids, signing, and whether a text was signed by one of them."""

import base64
import hashlib
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from modules.certificates.rules.claims import Claims, Flaw, NotCertified, body_of, claims_of, joined, parted

Keys = Mapping[str, Ed25519PublicKey]
_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.S)


def key_id(public: Ed25519PublicKey) -> str:
    """Eight letters that name a key: they follow from it."""
    return base64.b32encode(hashlib.sha256(public.public_bytes_raw()).digest()).decode()[:8]


def pem_of(public: Ed25519PublicKey) -> str:
    """The key as it is published."""
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def jwk_of(public: Ed25519PublicKey) -> dict[str, str]:
    """The same as a member of a JSON Web Key Set (RFC 8037)."""
    x = base64.urlsafe_b64encode(public.public_bytes_raw()).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": key_id(public), "use": "sig", "alg": "EdDSA"}


def keys_in(pem: bytes) -> dict[str, Ed25519PublicKey]:
    """All Ed25519 keys that a PEM file holds, by their ids."""
    found = {}
    for block in _PEM.findall(pem):
        try:
            key = load_pem_public_key(block)
        except (ValueError, UnsupportedAlgorithm):
            continue
        if isinstance(key, Ed25519PublicKey):
            found[key_id(key)] = key
    return found


def sign(claims: Claims, key: Ed25519PrivateKey) -> str:
    """The signed text of what is claimed."""
    body = body_of(claims)
    return joined(body, key.sign(body))


def verified(text: str, keys: Keys) -> Claims:
    """What the text certifies under one of these keys; NotCertified says why it certifies nothing."""
    body, signature = parted(text)
    if signed_by_one(body, signature, keys):
        return claims_of(body)
    raise NotCertified(Flaw.ALTERED if claims_of(body).key in keys else Flaw.OTHER_KEY)


def signed_by_one(body: bytes, signature: bytes, keys: Keys) -> bool:
    """Whether one of the keys made this signature."""
    for key in keys.values():
        try:
            key.verify(signature, body)
        except InvalidSignature:
            continue
        return True
    return False
