"""Statements on their way to a store: a real one that listens in the test's process."""

import base64
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa

from app import jobs
from modules import access, actions, forwarding
from modules.actions import Report, played
from modules.models import Forwarding, Watching
from tests.world import ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def store(app, monkeypatch):
    """`store.heard`: requests as (headers, statements); `store.answers`: statuses of the next ones, then 200."""
    heard, answers = [], []

    class Lrs(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append((self.path, self.headers, body))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Lrs)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://us%40er:se:cret@127.0.0.1:{server.server_port}/xapi/"
    settings = replace(app.config["HOUSE"], lrs_url=url, base_url="https://academy.example")
    monkeypatch.setitem(app.config, "HOUSE", settings)
    server.heard, server.answers = heard, answers
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def watch(house, session):
    ready_recording(session, house.steps["recording"], 1000.0)
    session.commit()

    def report(many, first=0):
        at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
        for number in range(first, first + many):
            said = Report(played([[number, number + 1]]), batch=f"b{number}")
            actions.watch(session, at, house.learner, said, now=NOW)
        session.commit()

    return report


def swept(session, now=NOW):
    session.rollback()
    forwarding.due(session, now)
    session.commit()
    jobs.drain()
    session.rollback()
    session.expire_all()
    row = session.scalars(sa.select(Forwarding)).one()
    state = (row.state, row.sent, row.reason)
    session.rollback()
    return state


def test_all_facts_go_out_by_fifties_once_and_only_what_is_new_follows(store, watch, session, house):
    watch(60)
    assert swept(session) == ("idle", 60, None)
    path, headers, first = store.heard[0]
    assert (path, headers["X-Experience-API-Version"], len(first)) == ("/xapi/statements", "1.0.3", 50)
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"us@er:se:cret"
    assert first[0]["actor"]["account"] == {"homePage": "https://academy.example", "name": house.learner.public_id}
    assert [len(body) for *_, body in store.heard] == [50, 10]
    assert swept(session) == ("idle", 60, None) and len(store.heard) == 2
    watch(1, first=60)
    assert swept(session) == ("idle", 61, None) and len(store.heard[-1][2]) == 1
    ids = [one["id"] for *_, body in store.heard for one in body]
    assert len(set(ids)) == 61
    fact = session.scalars(sa.select(Watching.id).order_by(Watching.id)).first()
    actions.revoke_facts(
        session, house.steps["recording"], [house.learner.id], [fact], by=house.trainer, why="Erreur", now=NOW
    )
    session.commit()
    assert swept(session)[1] == 62
    void = store.heard[-1][2][0]
    assert void["verb"]["id"].endswith("/voided") and void["object"] == {"objectType": "StatementRef", "id": ids[0]}


def test_a_store_that_is_busy_is_tried_again_and_one_that_knows_nobody_is_told_of(store, watch, session):
    watch(2)
    store.answers[:] = [503]
    assert swept(session) == ("waiting", 0, "refused:503")
    later = NOW + timedelta(days=1)
    session.execute(sa.update(Forwarding).values(next_try_at=NOW - timedelta(days=1)))
    session.commit()
    store.answers[:] = [409, 409, 200]  # It has the first one already, in other words.
    assert swept(session, later) == ("idle", 2, None)
    assert [len(body) for *_, body in store.heard] == [2, 2, 1, 1]
    watch(1, first=2)
    store.answers[:] = [401]
    assert swept(session) == ("failed", 2, "login")
