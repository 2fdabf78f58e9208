"""The one clock of a request: read when it is first asked for, and the same moment until the answer."""

from datetime import UTC, datetime

from flask import g, has_request_context


def now() -> datetime:
    """The moment of this request; of the call in a command or in the worker, which live on."""
    if not has_request_context():
        return datetime.now(UTC)
    if "now" not in g:
        g.now = datetime.now(UTC)
    moment: datetime = g.now
    return moment
