"""Save answers: every save is kept, a repeat stores nothing, an older one never replaces a newer one in silence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid
from app.i18n import lazy
from modules.models import Module, Step
from quizzes.models import Answer, Attempt, AttemptItem, QuestionVersion, Quiz
from quizzes.queries.parts import counting_answers
from quizzes.queries.taking import Saved
from quizzes.rules import attempts as rules
from quizzes.rules.closing import Closed, closed, size_of
from quizzes.rules.kinds import Kind, NotAnAnswer, Value, clean
from quizzes.rules.marking import unreadable

SENTENCES = {
    "option": lazy("Choose one of the answers in the list."),
    "options": lazy("Choose among the answers in the list."),
    "verdict": lazy("Answer true or false."),
    "text": lazy("Write the answer as text."),
    "number": lazy("Write a number, with digits; what you typed is still here."),
    "long": lazy("This answer is too long. Shorten it; what you typed is still here."),
    "character": lazy("The text holds a character that cannot be kept. Remove it and send again."),
}
CLOSED = {
    Closed.HANDED_IN: lazy("This attempt is handed in: it takes no more answers. What you typed is still here."),
    Closed.ARCHIVED: lazy(
        "This quiz is archived: it takes no more answers. What you saved before counts, and you can hand it in."
    ),
    Closed.FULL: lazy(
        "This attempt holds as many saves as it can: it takes no more. What you saved before counts, what you typed is "
        "still here. Hand it in, or ask your trainers."
    ),
}
NO_SUCH_QUESTION = lazy("This attempt has no question of that number.")
USED_ID = lazy("This client_id already stands for another answer.")


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it came in; `seen` is the mark of the answer that its page showed, where it told one."""

    position: int
    value: Any
    come_back: bool = False
    client_id: str | None = None
    device_time: datetime | None = None
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of it: kept when, whether it counts, whether it is the answer that stands now and can be read, and
    the answer from elsewhere that it replaced without its page having seen it."""

    position: int
    client_id: str | None
    received_at: datetime
    standing: str
    stands: bool
    value: Value
    come_back: bool
    readable: bool = True
    replaced: Saved | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What a page knew when it was opened: the mark of the answer it showed, and the name of its own saves."""

    seen: str
    page: str = ""


class Newer(Conflict):
    """Another page or device has answered since; `newer` is that answer."""

    def __init__(self, newer: Saved) -> None:
        super().__init__(lazy("A newer answer was saved from another page or device."))
        self.newer = newer


class NoMore(Conflict):
    """The attempt takes no more answers; what was typed is kept where it was typed."""

    def __init__(self, reason: Closed) -> None:
        super().__init__(CLOSED[reason])


@dataclass(frozen=True, slots=True)
class Row:
    """A question of the attempt, as saving needs to know it."""

    item_id: int
    kind: Kind
    spec: dict[str, Any]


# Saving is what a cohort does most: its statements are built once.
_ARCHIVED_AT = (
    select(func.coalesce(Step.archived_at, Module.archived_at))
    .join(Module, Module.id == Step.module_id)
    .join(Quiz, Quiz.step_id == Step.id)
    .where(Quiz.id == Attempt.quiz_id)
    .correlate(Attempt)
    .scalar_subquery()
)
_LOCKED = (
    select(
        Attempt.started_at, Attempt.due_at, Attempt.submitted_at, _ARCHIVED_AT.label("archived_at"), Attempt.saves,
        Attempt.saved_bytes,
    )
    .where(Attempt.id == bindparam("attempt"))
    .with_for_update()
)  # fmt: skip
_ASKED = (
    select(AttemptItem.position, AttemptItem.id, QuestionVersion.kind, QuestionVersion.spec)
    .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    .where(
        AttemptItem.attempt_id == bindparam("attempt"),
        AttemptItem.position.in_(bindparam("positions", expanding=True)),
    )
)
_newest = counting_answers(select(AttemptItem.id).where(AttemptItem.id.in_(bindparam("items", expanding=True))))
_STANDING = select(Answer).join(_newest, _newest.c.id == Answer.id)
_KNOWN = select(Answer).where(
    Answer.person_id == bindparam("person"), Answer.client_id.in_(bindparam("ids", expanding=True))
)
# Not through the unit of work, which sends SQLite row by row; both databases number the rows of one INSERT in order.
_TABLE = Answer.metadata.tables[Answer.__tablename__]
_WRITE = insert(_TABLE).returning(_TABLE.c.id)
_WRITTEN = [column.name for column in _TABLE.c if column.name != "id"]


def save_from_page(session: Session, attempt: Attempt, sent: Sent, opened: Opened, *, now: datetime) -> Receipt:
    """Save one answer from a page, unless it cannot be read or the page has not seen the one that it would replace."""
    rows = _rows(session, attempt, {sent.position})
    values = _cleaned(rows, [sent])
    if unreadable(rows[sent.position].kind, values[0]):
        raise Invalid(SENTENCES["number"])
    stands = session.scalar(_STANDING, {"items": [rows[sent.position].item_id]})
    newer = _not_seen(stands, values[0], opened)
    if newer is not None:
        raise Newer(newer)
    return save(session, attempt, [sent], now=now)[0]


def save(session: Session, attempt: Attempt, sent: Sequence[Sent], *, now: datetime) -> list[Receipt]:
    """Keep the answers, all or none; a receipt for each, in their order."""
    # Handing in waits for this row, so that what gets a receipt that it counts does count.
    held = session.execute(_LOCKED, {"attempt": attempt.id}).one()
    standing = rules.standing(held.due_at, held.submitted_at, now)
    rows = _rows(session, attempt, {one.position for one in sent})
    values = _cleaned(rows, sent)
    known = _known(session, attempt, sent)
    before = _unseen(session, rows, sent, values)
    answers, new = [], []
    for one, value in zip(sent, values, strict=True):
        answer = known.get(one.client_id or "")
        if answer is None:
            answer = Answer(
                item_id=rows[one.position].item_id, person_id=attempt.person_id, value=value, come_back=one.come_back,
                client_id=one.client_id, device_time=one.device_time, received_at=now, standing=standing,
                said_at=rules.said_at(one.device_time, held.started_at, now),
            )  # fmt: skip
            new.append(answer)
            if one.client_id:
                known[one.client_id] = answer
        elif answer.item_id != rows[one.position].item_id:
            raise Invalid(fields={"client_id": USED_ID})
        answers.append(answer)
    _keep(session, attempt, held, new, now)
    return [
        replace(
            receipt, replaced=before.get(receipt.position) if receipt.stands else None,
            readable=not unreadable(rows[receipt.position].kind, value),
        )
        for receipt, value in zip(_receipts(session, rows, sent, answers), values, strict=True)
    ]  # fmt: skip


def _keep(session: Session, attempt: Attempt, held: Any, new: Sequence[Answer], now: datetime) -> None:
    """Write the answers that are not known yet, unless the attempt takes no more."""
    if not new:
        return
    said, saves = [answer.said_at for answer in new], held.saves + len(new)
    size = held.saved_bytes + size_of([answer.value for answer in new])
    reason = closed(held.submitted_at, held.archived_at, said, saves, size, now)
    if reason:
        raise NoMore(reason)
    attempt.saves, attempt.saved_bytes = saves, size
    rows = [{name: getattr(answer, name) for name in _WRITTEN} for answer in new]
    try:
        session.flush()
        ids = sorted(session.scalars(_WRITE, rows))
    except IntegrityError as error:  # The same id for two attempts, in the same moment.
        raise Conflict(USED_ID) from error
    for answer, answer_id in zip(new, ids, strict=True):
        answer.id = answer_id


def _unseen(session: Session, rows: dict[int, Row], sent: Sequence[Sent], values: Sequence[Value]) -> dict[int, Saved]:
    """By position the answer that stands, where the page that now answers has not seen it and did not send it."""
    told = [(one, value) for one, value in zip(sent, values, strict=True) if one.seen is not None]
    if not told:
        return {}
    items = [rows[one.position].item_id for one, _value in told]
    standing = {answer.item_id: answer for answer in session.scalars(_STANDING, {"items": items})}
    found = {
        one.position: _not_seen(
            standing.get(rows[one.position].item_id), value, Opened(one.seen or "", _page(one.client_id))
        )
        for one, value in told
    }
    return {position: saved for position, saved in found.items() if saved}


def _not_seen(stands: Answer | None, value: Value, opened: Opened) -> Saved | None:
    """The answer that stands, where another value would replace it from a page that has neither seen nor sent it."""
    if stands is None or stands.value == value or (opened.page and _page(stands.client_id) == opened.page):
        return None
    saved = Saved(stands.value, stands.come_back, stands.received_at)
    return saved if saved.mark != opened.seen else None


def _page(client_id: str | None) -> str:
    """The name that a page gives to its saves stands before their numbers."""
    return (client_id or "").partition(".")[0]


def _rows(session: Session, attempt: Attempt, positions: set[int]) -> dict[int, Row]:
    found = session.execute(_ASKED, {"attempt": attempt.id, "positions": list(positions)})
    return {position: Row(item_id, Kind(kind), spec) for position, item_id, kind, spec in found}


def _cleaned(rows: dict[int, Row], sent: Sequence[Sent]) -> list[Value]:
    values: list[Value] = []
    for place, one in enumerate(sent):
        if one.position not in rows:
            raise Invalid(fields={f"answers.{place}.position": NO_SUCH_QUESTION})
        row = rows[one.position]
        try:
            values.append(clean(row.kind, row.spec, one.value))
        except NotAnAnswer as error:
            sentence = SENTENCES[str(error)]
            raise Invalid(sentence, {f"answers.{place}.value": sentence}) from error
    return values


def _known(session: Session, attempt: Attempt, sent: Sequence[Sent]) -> dict[str, Answer]:
    ids = {one.client_id for one in sent if one.client_id}
    if not ids:
        return {}
    mine = session.scalars(_KNOWN, {"person": attempt.person_id, "ids": list(ids)})
    return {answer.client_id or "": answer for answer in mine}


def _receipts(session: Session, rows: dict[int, Row], sent: Sequence[Sent], answers: Sequence[Answer]) -> list[Receipt]:
    items = [row.item_id for row in rows.values()]
    standing = {a.item_id: a for a in session.scalars(_STANDING, {"items": items})}
    receipts = []
    for one, answer in zip(sent, answers, strict=True):
        now_standing = standing.get(answer.item_id)
        receipts.append(
            Receipt(
                position=one.position, client_id=one.client_id, received_at=answer.received_at,
                standing=answer.standing, stands=now_standing is not None and now_standing.id == answer.id,
                value=now_standing.value if now_standing else None,
                come_back=now_standing.come_back if now_standing else False,
            )
        )  # fmt: skip
    return receipts
