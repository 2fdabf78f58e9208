"""What is measured: the pages that a learner opens, and the report of watching that a player sends."""

import html
import re

from tests.bench.client import Call, Client

TARGETS = ("home", "module", "step", "quiz", "thread", "watching", "video")
PIECE = 1 << 20


def calls_of(target: str, client: Client, ids: dict[str, str]) -> list[Call]:
    """The requests of one learner for a target."""
    paths = {
        "home": "/",
        "module": f"/modules/{ids['module']}",
        "step": f"/steps/{ids['step']}",
        "thread": f"/threads/{ids['thread']}",
    }
    if target in paths:
        return [client.call("GET", paths[target])]
    if target == "quiz":
        return [client.call("GET", begin(client, ids["quiz"]))]
    page = client.text(paths["step"])
    if target == "watching":
        body = {"segments": [[30, 45]], "position": 45}
        headers = {"X-CSRFToken": csrf(page)}
        return [client.call("POST", f"/api/v1/steps/{ids['step']}/watching", body, headers)]
    return [
        client.call("GET", video(page), headers={"Range": f"bytes={k * PIECE}-{(k + 1) * PIECE - 1}"}) for k in range(4)
    ]


def begin(client: Client, step: str) -> str:
    """Start an attempt at the quiz of a step, as its button does, or go on with it; the path of its first question."""
    page = client.text(f"/steps/{step}")
    running = re.search(r'href="(/attempts/[^"]+)"', page)
    if running:
        return f"{running[1].split('/questions')[0]}/questions/1"
    status, url, _, _ = client.ask(f"/quizzes/{step}/attempts", {"csrf_token": csrf(page)})
    if status != 200 or "/attempts/" not in url:
        raise SystemExit(f"the quiz could not be begun: {status} {url}")
    return str(url).removeprefix(client.base)


def csrf(page: str) -> str:
    """The token that the page's forms and scripts send back."""
    found = re.search(r'(?:data-csrf|name="csrf_token"[^>]*value)="([^"]+)"', page)
    return found[1] if found else ""


def video(page: str) -> str:
    """The signed address of the picture file that the player plays without scripts."""
    found = re.search(r'(?:src|href)="([^"]*\.mp4[^"]*)"', page)
    if found is None:
        raise SystemExit("the page has no video")
    return html.unescape(found[1])
