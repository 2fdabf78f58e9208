"""A file that says of itself whether a byte of it was changed: a signature over all of it stands in its metadata.

The place of the seal is kept free (all "A", the zero of base32) while the file is signed and looked at.
"""

import base64
import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from modules.certificates.rules.signing import Keys, signed_by_one

LENGTH = 103  # 64 bytes in base32.
FREE = f"urn:seal:{'A' * LENGTH}"
_SEAL = re.compile(rb"urn:seal:([A-Z2-7]{103})")


def sealed(file: bytes, key: Ed25519PrivateKey) -> bytes:
    """The file with its seal."""
    seal = base64.b32encode(key.sign(file)).rstrip(b"=")
    return file.replace(FREE.encode(), b"urn:seal:" + seal)


def intact(file: bytes, keys: Keys) -> bool | None:
    """Whether the file is as one of the keys sealed it; None: it has no seal, or more than one."""
    found = _SEAL.findall(file)
    if len(found) != 1:
        return None
    signature = base64.b32decode(found[0] + b"=")
    return signed_by_one(_SEAL.sub(FREE.encode(), file), signature, keys)
