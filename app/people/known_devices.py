"""The cookie that a browser keeps once somebody has signed in with it, so that a stranger at the same address does not
use her tries up. It opens nothing, names one person and one device, and ends when what it was signed over does."""

import hashlib
import hmac
import secrets

COOKIE = "known_device"
KEPT_FOR = 365 * 24 * 3600  # Seconds.


def new_device() -> str:
    """A name for a device (128 bits)."""
    return secrets.token_hex(16)


def signed(device: str, person_id: str, until_changed: str, key: str) -> str:
    """The value of the cookie; `until_changed` is what ends it by becoming something else."""
    said = "\0".join(("known device", person_id, device, until_changed))
    return f"{person_id}.{device}.{hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()}"


def read(cookie: str, person_id: str, until_changed: str, key: str) -> str | None:
    """The device, if this cookie was given to this person and has not ended."""
    device = cookie.split(".")[1] if cookie.count(".") == 2 else ""
    right = signed(device, person_id, until_changed, key)
    return device if hmac.compare_digest(right.encode(), cookie.encode("utf-8", "replace")) else None
