"""Mail, one message to one server at a time: SMTP by MAIL_URL, nothing without it. Words and rows are the caller's.

Whoever sends learns one of three ends: it was taken; it was not (`Refused`, for good or for now); or the line broke
after the text had begun to leave, and nobody can say (`Uncertain`).
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from app.config import LOOPBACK, Config

SECONDS = 30
READY_FOR_TEXT = 354
_PLAIN = SMTP.clone(cte_type="7bit")  # Every server takes it.
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_DOTS = re.compile(rb"(?m)^\.")


class Refused(Exception):
    """The server did not take it: `why` is one word, with the server's figure where it gave one; `ever` says whether
    another try may help."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.why, self.again = why, again


class Uncertain(Exception):
    """It may have arrived, or not."""


def composed(
    config: Config, *, to: str, name: str, subject: str, headers: Mapping[str, str], text: str, html: str = ""
) -> EmailMessage:
    """A message from this house. Whatever stands in a name or subject, it stays in its own line."""
    message = EmailMessage(policy=_PLAIN)
    message["From"] = _address(*parseaddr(config.mail_from))
    message["To"] = _address(name, to)
    message["Subject"] = _line(subject)
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for header, value in {"Auto-Submitted": "auto-generated", **headers}.items():
        message[header] = _line(value)
    return message


def send(config: Config, message: EmailMessage, handing: Callable[[], None] = lambda: None) -> None:
    """Give the message to the server. `handing` is called when nothing but the text itself is left to be sent."""
    sender, to = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    text = message.as_bytes()
    begun = False
    try:
        with _server(config.mail_url) as server:
            _taken(server.mail(sender))
            _taken(server.rcpt(to))
            _taken(server.docmd("DATA"), READY_FOR_TEXT)
            handing()
            begun = True
            server.send(_DOTS.sub(b"..", text) + b".\r\n")
            _taken(server.getreply())
            begun = False  # It is taken, whatever becomes of the farewell.
    except smtplib.SMTPAuthenticationError as error:
        raise Refused("login", again=True) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if begun:
            raise Uncertain from error
        raise Refused("unreachable", again=True) from error


def domain(config: Config) -> str:
    """What our Message-IDs end with."""
    return parseaddr(config.mail_from)[1].rpartition("@")[2] or "localhost"


def _server(url: str) -> smtplib.SMTP:
    asked = urlsplit(url)
    host, user, password = asked.hostname or "", unquote(asked.username or ""), unquote(asked.password or "")
    if asked.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, asked.port or 465, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, asked.port or 25, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif user and host not in LOOPBACK:
            server.close()
            raise Refused("open_line", again=True)  # A password does not travel for everybody to read.
    server.ehlo()
    if user:
        server.login(user, password)
    return server


def _taken(answer: tuple[int, bytes], wanted: int = 0) -> None:
    code = answer[0]
    if code == wanted or (not wanted and 200 <= code < 300):
        return
    raise Refused(f"refused:{code}", again=not 500 <= code < 600)


def _address(name: str, address: str) -> Address:
    local, _, place = address.rpartition("@")
    try:
        spec = f"{local}@{place.encode('idna').decode()}"
        spec.encode("ascii")
        return Address(_line(name), addr_spec=spec)
    except (ValueError, IndexError, UnicodeError) as error:
        raise Refused("address", again=False) from error


def _line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()
