"""This server, for a bench that measures several learning systems from outside in the same way.

The harness gives `lib.Session` and `lib.ranges`. Fill an empty database with `./run flask demo bench` and let
OURS_STATE name a file with the JSON that it prints; OURS_PIDS holds the server's process ids, OURS_BASE its address.
"""

import html
import json
import os
import re
from pathlib import Path
from typing import Any

from lib import Session, hidden, ranges  # type: ignore[import-not-found]

BASE = os.environ.get("OURS_BASE", "http://127.0.0.1:8000")
IDS = json.loads(Path(os.environ["OURS_STATE"]).read_text())
STEP = f"/steps/{IDS['step']}"
MIB = 4


def pids() -> list[str]:
    """The root processes: web server and worker."""
    return os.environ["OURS_PIDS"].split(",")


def login(number: int) -> Any:
    """A session of one of the forty learners."""
    session = Session(BASE)
    page = session.call("GET", "/sign-in")[2]
    form = {"login": f"learner{number}", "password": "demonstration", "csrf_token": hidden(page, "csrf_token")}
    status, url, text = session.call("POST", "/sign-in", form=form)
    assert status == 200 and "/sign-in" not in url, (status, url, text[:300])
    return session


def pages(session: Any) -> dict[str, dict[str, str]]:
    """Addresses, and what shows that a page's own content is there."""
    return {
        "home": {"url": f"{BASE}/", "ready": "h1"},
        "module": {"url": BASE + STEP, "ready": "video"},
        "quiz": {"url": BASE + _attempt(session), "ready": "main form button"},
        "thread": {"url": f"{BASE}/threads/{IDS['thread']}", "ready": "text=Reply 49"},
    }


def targets(session: Any) -> dict[str, list[dict[str, Any]]]:
    """A repeat view of a module asks for its page alone: everything else is in the browser's cache for a year."""
    page = session.call("GET", STEP)[2]
    token = re.search(r'data-csrf="([^"]+)"', page)
    report = {"segments": [[30, 45]], "position": 45}
    video = re.search(r'(?:src|href)="([^"]*\.mp4[^"]*)"', page)
    assert token and video, page[:300]
    return {
        "page_view": [session.request("GET", STEP)],
        "page_html": [session.request("GET", STEP)],
        "home_html": [session.request("GET", "/")],
        "thread_html": [session.request("GET", f"/threads/{IDS['thread']}")],
        "quiz_html": [session.request("GET", _attempt(session))],
        "progress": [session.request("POST", f"/api/v1{STEP}/watching", report, {"X-CSRFToken": token[1]})],
        "video": ranges(session, html.unescape(video[1]), MIB),
    }


def _attempt(session: Any) -> str:
    page = session.call("GET", f"/quizzes/{IDS['quiz']}")[2]
    running = re.search(r'href="(/attempts/[^"]+)"', page)
    if running:
        return f"{running[1].split('/questions')[0]}/questions/1"
    form = {"csrf_token": hidden(page, "csrf_token")}
    url = session.call("POST", f"/quizzes/{IDS['quiz']}/attempts", form=form)[1]
    return str(url).removeprefix(BASE)
