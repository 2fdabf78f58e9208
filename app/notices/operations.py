"""Mails as operators see them."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import bindparam, case, literal, select
from sqlalchemy.orm import Session

from app.db import Instant
from app.i18n import _, lazy
from app.notices import jobs
from app.notices.leases import MAILS
from app.notices.models import Mail
from app.notices.rules import State
from app.operations import kinds
from app.operations.kinds import SINCE, Acts, Kind, Line, Standing
from app.people.models import Person

WHY = {
    "unreachable": lazy("The mail server does not answer."),
    "login": lazy("The mail server does not know the user name or password of MAIL_URL."),
    "open_line": lazy("The mail server offers no encrypted line, and the password does not travel without one."),
    "address": lazy("The address of this person is none that mail can be sent to."),
    "no_address": lazy("This person has no e-mail address any more."),
    "uncertain": lazy(
        "The line broke while the mail was handed over: it may have arrived. It is not sent again by itself."
    ),
    "died": lazy("Several workers died over this mail."),
    "broken": lazy("Something went wrong here; the log says what."),
}
REFUSED = {
    "550": lazy("The mail server says that this mailbox does not exist, or takes no mail from here (550)."),
    "551": lazy("The mail server says that this mailbox does not exist, or takes no mail from here (551)."),
    "552": lazy("The mailbox is full (552)."),
    "553": lazy("The mail server does not accept this address (553)."),
}


def register() -> None:
    """Show them."""
    kinds.provide(
        Kind(MAILS.bell, lazy("Mail"), rows=_rows, stage=lambda line: "", sentence=_sentence,
             url=lambda line: url_for("persons.show", public_id=line.page), acts=_acts,
             lost=lazy("The mail is not sent; what it says stays on the person’s page of notices."),
             retry=_retry, cancel=_cancel)
    )  # fmt: skip


def sentence(reason: str) -> str:
    """Why a mail waits or has failed."""
    why, _colon, code = reason.partition(":")
    if why == "refused":
        return str(REFUSED.get(code) or _("The mail server refuses this mail (%(code)s).", code=code))
    return str(WHY.get(why, WHY["broken"]))


def _rows() -> Any:
    standing = case(
        (Mail.state == State.SENDING, int(Standing.RUNNING)),
        (Mail.state == State.QUEUED, int(Standing.WAITING)),
        else_=int(Standing.FAILED),
    )
    failed = (Mail.state == State.FAILED) & (Mail.state_at > bindparam(SINCE, type_=Instant()))
    return (
        select(
            literal(MAILS.bell).label("kind"), Mail.public_id.label("id"), Person.name.label("subject"),
            standing.label("standing"), Mail.state.label("stage"), Mail.reason.label("reason"),
            Mail.progress.label("part"), Mail.eta_s.label("left"), Mail.worker.label("worker"),
            Mail.attempt.label("attempt"), Mail.next_try_at.label("next_try_at"), Mail.state_at.label("at"),
            Person.public_id.label("page"), kinds.turn(Mail.state_at, literal(0.0), last=False).label("turn"),
        )
        .join(Person, Person.id == Mail.person_id)
        .where(Mail.state.in_((State.QUEUED, State.SENDING)) | failed)
    )  # fmt: skip


def _sentence(line: Line) -> str:
    return sentence(line.reason) if line.reason else ""


def _acts(line: Line) -> Acts:
    delayed = line.standing == Standing.WAITING and line.next_try_at is not None
    return Acts(retry=delayed or line.standing == Standing.FAILED, cancel=line.standing != Standing.FAILED)


def _retry(session: Session, mail_id: str, _by: Any, now: datetime) -> None:
    jobs.retry(session, mail_id, now)


def _cancel(session: Session, mail_id: str, _by: Any, now: datetime) -> None:
    jobs.cancel(session, mail_id, now)
