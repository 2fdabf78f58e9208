"""The private key that signs: a file of its own, outside the database, readable by its owner alone; made at first use.

What it has signed is verified with its public half, which the database keeps for as long as a certificate names it.
"""

import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from app.config import Config
from app.errors import Conflict
from app.i18n import lazy
from modules.certificates.rules.signing import key_id

UNREADABLE = lazy("The key that signs certificates cannot be read. An administrator of the server looks at its file.")


def signing_key(config: Config) -> Ed25519PrivateKey:
    """The key that signs now."""
    file = place(config)
    try:
        pem = file.read_bytes() if file.exists() else _made(file)
        key = load_pem_private_key(pem, password=None)
    except (OSError, ValueError, TypeError):
        raise Conflict(UNREADABLE) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Conflict(UNREADABLE)
    return key


def place(config: Config) -> Path:
    """Where it lies."""
    given = config.certificate_key
    return Path(given).expanduser() if given else config.data_dir / "certificates" / "key.pem"


def renewed(config: Config) -> Ed25519PrivateKey:
    """A new key; the one before is put beside it under its id, for it may be wanted to prove what it was."""
    file, before = place(config), key_id(signing_key(config).public_key())
    file.rename(file.with_name(f"{file.stem}-{before}{file.suffix}"))
    return signing_key(config)


def _made(file: Path) -> bytes:
    """Two processes that come at once agree on one: a link is made once, and whole."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, fresh = tempfile.mkstemp(dir=file.parent)  # For its owner alone.
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(pem)
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(fresh)
    return file.read_bytes()
