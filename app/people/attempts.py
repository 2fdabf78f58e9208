"""How many tries to sign in are too many, and how long to wait."""

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
# A stranger who tries somebody's name stops only himself: what counts first is the login at his own address.
PER_LOGIN_AND_NETWORK = 10
PER_LOGIN = 100
# Who shows the cookie of a known device is counted by it alone: the tries of others do not stop her, hers stop nobody.
PER_DEVICE = 10
# Forty people behind one address may each use up their own tries.
PER_NETWORK = 400
CODES_PER_NETWORK = 200

Tries = Sequence[datetime]


def wait(counted: Iterable[tuple[Tries, int]], now: datetime) -> timedelta:
    """How long to wait until each of these lists of tries is shorter than its limit: zero when one more may be made."""
    return max((_wait(tries, most, now) for tries, most in counted), default=timedelta(0))


def network(address: str) -> str:
    """What stands for an address: in IPv6 the /64 that one subscriber has all addresses of."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _wait(tries: Tries, most: int, now: datetime) -> timedelta:
    recent = sorted(at for at in tries if at > now - WINDOW)
    return recent[-most] + WINDOW - now if len(recent) >= most else timedelta(0)
