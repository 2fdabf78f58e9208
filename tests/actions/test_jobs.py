"""Bells: one suite for every store that QUEUE_URL may name."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from flask import Flask

from app import jobs
from app.config import Config
from app.db import db
from tests.conftest import SECRET, own_database

STORES = {"sqlite": None, "postgresql": "TEST_POSTGRES_URL", "redis": "TEST_REDIS_URL"}


@pytest.fixture(params=sorted(STORES))
def heard(request: pytest.FixtureRequest, app: Flask, tmp_path: Path, worker_id: str) -> Iterator[list[int]]:
    """The application on an empty queue of this kind; what its handler of "trial" has heard."""
    setting = STORES[request.param]
    url = os.environ.get(setting, "") if setting else ""
    if setting and not url:
        pytest.skip(f"needs {setting}")
    if request.param == "redis":  # A queue for each test process.
        url = f"{url.rpartition('/')[0]}/{int(worker_id.removeprefix('gw')) + 1 if worker_id != 'alone' else 0}"
        redis.Redis.from_url(url).flushdb()
    if request.param == "postgresql":
        url = own_database(url, f"jobs_{worker_id}").replace("+psycopg", "")
    before, rows = app.extensions["queue"], []
    jobs.init_app(app, Config(secret_key=SECRET, data_dir=tmp_path, queue_url=url))
    jobs.HANDLERS["trial"] = rows.append
    with app.app_context():
        yield rows
    del jobs.HANDLERS["trial"]
    app.extensions["queue"] = before


def test_a_bell_is_heard_once_after_the_commit(heard):
    with db.sessionmaker() as session:
        jobs.ring(session, "trial", 7)
        jobs.ring(session, "trial", 7)
        session.execute(sa.text("SELECT 1"))
        assert jobs.drain() == 0
        session.commit()
    assert jobs.drain() == 1 and heard == [7]
    assert jobs.drain() == 0


def test_a_rollback_forgets_the_bell(heard):
    with db.sessionmaker() as session:
        session.execute(sa.text("SELECT 1"))
        jobs.ring(session, "trial", 7)
        session.rollback()
        session.execute(sa.text("SELECT 1"))
        session.commit()
    assert jobs.drain() == 0 and heard == []


def test_bells_are_heard_in_their_order(heard):
    with db.sessionmaker() as session:
        session.execute(sa.text("SELECT 1"))
        for row in (3, 1, 2):
            jobs.ring(session, "trial", row)
        session.commit()
    assert jobs.drain() == 3 and heard == [3, 1, 2]


def test_what_can_wait_is_heard_last(heard):
    with db.sessionmaker.begin() as session:
        jobs.ring(session, "trial", 1, last=True)
        for row in (2, 3):
            jobs.ring(session, "trial", row)
    jobs.drain()
    assert heard == [2, 3, 1]


def test_bells_with_a_turn_are_heard_in_it_after_those_without_and_before_what_can_wait(heard):
    noon = datetime(2030, 1, 1, 12, tzinfo=UTC)
    with db.sessionmaker.begin() as session:
        jobs.ring(session, "trial", 1, last=True)
        jobs.ring(session, "trial", 2, turn=noon)
        jobs.ring(session, "trial", 3, turn=noon - timedelta(seconds=1))
        jobs.ring(session, "trial", 4)
        jobs.ring(session, "trial", 5, turn=noon + timedelta(days=365))
    jobs.drain()
    assert heard == [4, 3, 2, 5, 1]


def test_a_queue_that_is_down_keeps_nobody_from_working(app, tmp_path):
    before = app.extensions["queue"]
    jobs.init_app(app, Config(secret_key=SECRET, data_dir=tmp_path, queue_url="redis://127.0.0.1:1/0"))
    with app.app_context(), db.sessionmaker() as session:
        session.execute(sa.text("SELECT 1"))
        jobs.ring(session, "trial", 7)
        session.commit()
    app.extensions["queue"] = before
