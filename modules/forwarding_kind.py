"""Statements on their way to another store, as operators see them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.db import Instant
from app.errors import NotFound
from app.i18n import _, lazy
from app.operations import kinds
from app.operations.kinds import SINCE, Acts, Kind, Line, Standing
from modules import forwarding
from modules.models import Forwarding
from modules.rules import ForwardState

WHY = {
    "unreachable": lazy("The learning record store does not answer."),
    "login": lazy("The learning record store does not know the user name or password of LRS_URL."),
    "died": lazy("Several workers died while sending."),
    "broken": lazy("Something went wrong here; the log says what."),
}


def register() -> None:
    """Show them."""
    kinds.provide(
        Kind(forwarding.FORWARDS.bell, lazy("Statements"), rows=_rows, stage=lambda line: "", sentence=_sentence,
             url=lambda line: url_for("operations.index"), acts=_acts,
             lost=lazy("Nothing is lost: what was not sent stays here."), retry=_retry, cancel=_cancel)
    )  # fmt: skip


def _rows() -> Any:
    standing = sa.case(
        (Forwarding.state == ForwardState.WORKING, int(Standing.RUNNING)),
        (Forwarding.state == ForwardState.WAITING, int(Standing.WAITING)),
        else_=int(Standing.FAILED),
    )
    failed = (Forwarding.state == ForwardState.FAILED) & (Forwarding.state_at > sa.bindparam(SINCE, type_=Instant()))
    return sa.select(
        sa.literal(forwarding.FORWARDS.bell).label("kind"), sa.cast(Forwarding.id, sa.String).label("id"),
        Forwarding.address.label("subject"), standing.label("standing"), Forwarding.state.label("stage"),
        Forwarding.reason.label("reason"), Forwarding.progress.label("part"), Forwarding.eta_s.label("left"),
        Forwarding.worker.label("worker"), Forwarding.attempt.label("attempt"),
        Forwarding.next_try_at.label("next_try_at"), Forwarding.state_at.label("at"),
        sa.literal("").label("page"), kinds.turn(Forwarding.state_at, sa.literal(0.0), last=True).label("turn"),
    ).where(Forwarding.state.in_((ForwardState.WAITING, ForwardState.WORKING)) | failed)  # fmt: skip


def _sentence(line: Line) -> str:
    why, _colon, status = (line.reason or "").partition(":")
    if why == "refused":
        return str(_("The learning record store refuses the statements (%(status)s).", status=status))
    return str(WHY.get(why, WHY["broken"])) if why else ""


def _acts(line: Line) -> Acts:
    delayed = line.standing == Standing.WAITING and line.next_try_at is not None
    return Acts(retry=delayed or line.standing == Standing.FAILED, cancel=False)


def _retry(session: Session, row_id: str, _by: Any, now: datetime) -> None:
    row = session.get(Forwarding, int(row_id)) if row_id.isdecimal() else None
    if row is None or row.state == ForwardState.WORKING:
        raise NotFound
    forwarding.again(session, row, now)


def _cancel(session: Session, row_id: str, _by: Any, now: datetime) -> None:
    raise NotFound
