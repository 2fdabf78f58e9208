"""A mail in words: what its person has not read meanwhile, in her language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, aliased

from app import i18n, mail
from app.config import Config
from app.i18n import _, ngettext
from app.notices import kinds, unsubscribing
from app.notices.models import Mail, Notice
from app.people.logins import Kind
from app.people.models import Login, Person


@dataclass(frozen=True)
class Part:
    """One notice of the mail."""

    subject: str
    line: str
    url: str


def letter(session: Session, row: Mail, config: Config, now: datetime) -> EmailMessage | None:
    """The message; None where nothing is left to say. Refused where there is no address."""
    person = session.get_one(Person, row.person_id)
    writer = aliased(Person)
    notices = session.execute(
        sa.select(Notice, writer.name)
        .outerjoin(writer, writer.id == Notice.by_id)
        .where(Notice.mail_id == row.id, Notice.read_at.is_(None), Notice.cancelled_at.is_(None))
        .order_by(Notice.due_at, Notice.id)
    ).all()
    if person.erased_at or person.merged_into_id:
        return None
    with i18n.speaking(person.language if person.language in i18n.offered() else i18n.DEFAULT):
        parts = [part for part in (_part(notice, name, config) for notice, name in notices) if part.subject]
        return written(row, person, _address(session, person), parts, config, now) if parts else None


def _address(session: Session, person: Person) -> str:
    known = sa.select(Login.shown).where(Login.person_id == person.id, Login.kind == Kind.EMAIL).order_by(Login.id)
    found = session.scalar(known.limit(1))
    if found is None:
        raise mail.Refused("no_address", again=False)
    return found


def _part(notice: Notice, writer: str | None, config: Config) -> Part:
    words = notice.words if writer is None else notice.words | {"name": writer or _("Former member")}
    url = f"{_site(config)}/notices/{notice.public_id}" if notice.path else f"{_site(config)}/notices"
    return Part(kinds.subject(notice.kind, words), kinds.line(notice.kind, words), url)


def written(
    row: Mail, person: Person, address: str, parts: Sequence[Part], config: Config, now: datetime
) -> EmailMessage:
    """The message in the language that speaks now."""
    leave = f"{_site(config)}/unsubscribe/{unsubscribing.token(config.secret_key, person.public_id)}"
    headers = {
        "Date": format_datetime(now),
        "Message-ID": row.message_id,
        "Content-Language": i18n.current(),
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    shown: dict[str, Any] = {
        "name": person.name, "parts": parts, "leave": leave, "wishes": f"{_site(config)}/notices/mail",
    }  # fmt: skip
    turned = i18n.direction() == "rtl"  # Plain text says in no way that it runs from the right.
    subject = parts[0].subject if len(parts) == 1 else _subject(len(parts))
    text, html = _body("notices/mail.txt", shown), _body("notices/mail.html", shown) if turned else ""
    return mail.composed(config, to=address, name=person.name, subject=subject, headers=headers, text=text, html=html)


def _body(template: str, shown: dict[str, Any]) -> str:
    """Without what the layout of a page asks for: nobody has signed in here."""
    return str(current_app.jinja_env.get_template(template).render(**shown))


def _subject(count: int) -> str:
    return ngettext("ALGA Academy: %(num)d notice for you", "ALGA Academy: %(num)d notices for you", count)


def _site(config: Config) -> str:
    return config.base_url.rstrip("/")
