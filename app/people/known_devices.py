"""The cookie that a browser keeps once somebody has signed in with it, so that a stranger at the same address does not
use her tries up. It opens nothing. Each entry names one person and one device, and ends when what it was signed over
does; a computer that several share holds an entry for each of the last who signed in."""

import hashlib
import hmac
import re
import secrets

COOKIE = "known_device"
KEPT_FOR = 365 * 24 * 3600  # Seconds.
PERSONS = 5
_ENTRY = re.compile(r"([\w-]{1,32})\.([0-9a-f]{32})\.[0-9a-f]{32}", re.ASCII)


def new_device() -> str:
    """A name for a device (128 bits)."""
    return secrets.token_hex(16)


def signed(device: str, person_id: str, until_changed: str, key: str) -> str:
    """The entry of one person; `until_changed` is what ends it by becoming something else."""
    said = "\0".join(("known device", person_id, device, until_changed))
    return f"{person_id}.{device}.{hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]}"


def read(cookie: str, person_id: str, until_changed: str, key: str) -> str | None:
    """The device, if this cookie holds an entry that was given to this person and has not ended."""
    for entry in _entries(cookie):
        device = entry[2]
        if hmac.compare_digest(signed(device, person_id, until_changed, key), entry[0]):
            return device
    return None


def with_newest(cookie: str, entry: str) -> str:
    """The cookie with this entry first, for its person the only one. Those of others stay as the browser shows them:
    whether they are good is seen when they are used."""
    others = [other[0] for other in _entries(cookie) if other[1] != entry.partition(".")[0]]
    return "~".join([entry, *others][:PERSONS])


def _entries(cookie: str) -> list[re.Match[str]]:
    """What looks like an entry, no more of them and none longer than we write."""
    return [found for text in cookie.split("~", PERSONS)[:PERSONS] if (found := _ENTRY.fullmatch(text))]
