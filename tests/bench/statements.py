"""SQL statements of one request, counted in this process on the same data as the server's."""

from http.cookies import SimpleCookie

from sqlalchemy import event

from app.config import Config
from app.db import db
from app.factory import create_app
from tests.bench.client import Call


class Statements:
    """Counts what the database is asked."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.app = create_app(Config.from_env(environ))
        self.seen: list[str] = []
        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", lambda *args: self.seen.append(args[2]))

    def of(self, call: Call) -> int:
        """How many statements the request costs, transaction control left out."""
        client = self.app.test_client()
        for name, morsel in SimpleCookie(call.headers.get("Cookie", "")).items():
            client.set_cookie(name, morsel.value)
        headers = {k: v for k, v in call.headers.items() if k not in {"Cookie", "Accept-Encoding"}}
        for _ in range(2):  # The first time fills caches that every later request finds.
            self.seen.clear()
            client.open(call.path, method=call.method, headers=headers, data=call.body)
        return sum(not text.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")) for text in self.seen)
