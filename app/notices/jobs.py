"""Send a mail that waits. It leaves at most once by itself: `handed_at` is committed before its text does, and a mail
with it is not sent again unless an operator says so; its notices stand on their page in any case."""

from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import jobs, mail
from app.db import db
from app.errors import NotFound
from app.notices.leases import MAILS
from app.notices.letters import letter
from app.notices.models import Mail
from app.notices.rules import State
from app.operations import work
from app.operations.work import Hold


@jobs.handler(MAILS.bell)
def send(row_id: int) -> None:
    """Send this mail, if it is due."""
    work.work(MAILS, row_id, _send, _why)


def _send(hold: Hold) -> None:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        row = session.get_one(Mail, hold.row_id)
        if row.handed_at is not None:
            raise mail.Uncertain
        message = letter(session, row, hold.config, datetime.now(UTC))
    if message is None:
        hold.write(MAILS.finish, State.CANCELLED)
        return
    if not hold.config.mail_url:
        raise mail.Refused("unreachable", again=True)
    try:
        mail.send(hold.config, message, partial(_hand, hold))
    except mail.Refused:
        hold.write(MAILS.renew, handed_at=None)  # It said no: nothing has arrived.
        raise
    hold.write(MAILS.finish, State.SENT, sent_at=datetime.now(UTC))


def _hand(hold: Hold) -> None:
    hold.write(MAILS.renew, handed_at=datetime.now(UTC))


def _why(error: Exception) -> str:
    if isinstance(error, mail.Refused):
        return error.why
    return "uncertain" if isinstance(error, mail.Uncertain) else "broken"


def retry(session: Session, mail_id: str, now: datetime) -> None:
    """An operator wants it sent, even if it may have arrived: mailboxes know it by its Message-ID."""
    row = _found(session, mail_id, State.FAILED, State.QUEUED)
    row.state, row.state_at, row.attempt, row.next_try_at, row.reason = State.QUEUED, now, 0, None, None
    row.handed_at = None
    session.flush()
    MAILS.ring(session, row)


def cancel(session: Session, mail_id: str, now: datetime) -> None:
    """An operator does not want it sent; its notices stay on their page."""
    MAILS.stop(session, _found(session, mail_id, State.QUEUED, State.SENDING), State.CANCELLED, now)


def _found(session: Session, mail_id: str, *states: State) -> Mail:
    found = session.scalar(sa.select(Mail).where(Mail.public_id == mail_id, Mail.state.in_(states)))
    if found is None:
        raise NotFound
    return found
