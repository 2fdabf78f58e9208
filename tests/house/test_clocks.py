"""Time is an argument: clocks are read at the doors, and nowhere below them."""

import re
from pathlib import Path

from flask import Flask

from app.config import ROOT
from app.web import clock

ROOMS = ("app", "media", "modules", "quizzes")
READ = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.time)\(")
DOORS = re.compile(r"/(?:views|api|demo)/|(?:views|api|uploads_api|delivery|jobs|commands?)\.py$")
ALSO = {
    "app/web/clock.py",  # The clock of a request.
    "app/i18n/start.py",  # Of texts outside of requests.
}


def test_clocks_are_read_at_the_doors_alone() -> None:
    files = [path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    clocks = {name for name in files if READ.search(Path(ROOT, name).read_text(encoding="utf-8"))}
    assert clocks, "the search finds what it looks for"
    assert {name for name in clocks if not DOORS.search(name)} <= ALSO


def test_a_request_has_one_moment_and_a_command_that_lives_on_has_not(the_app: Flask) -> None:
    with the_app.test_request_context("/"):
        assert clock.now() is clock.now()
    with the_app.app_context():
        assert clock.now() is not clock.now()
