"""A signed-in client of one server, and the requests that the load test replays."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

PASSWORD = "demonstration"


@dataclass(frozen=True)
class Call:
    """One request, with everything in it."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


class Client:
    """Keeps its cookies; one per learner, so that no two share a session."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Any:
        """The status, final address, headers and body of a request."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        url = path if path.startswith("http") else self.base + path
        try:
            with self.opener.open(urllib.request.Request(url, data, headers or {}), timeout=60) as answer:
                return answer.status, answer.geturl(), answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, url, refused.headers, refused.read()

    def text(self, path: str) -> str:
        """A page's HTML; anything but 200 ends the run."""
        status, url, _, body = self.ask(path)
        if status != 200 or ("/sign-in" in url and "/sign-in" not in path):
            raise SystemExit(f"{path} answered {status} at {url}")
        return str(body.decode())

    def sign_in(self, login: str) -> "Client":
        """Through the form, as a person does."""
        form = {"login": login, "password": PASSWORD, "csrf_token": hidden(self.text("/sign-in"), "csrf_token")}
        status, url, _, body = self.ask("/sign-in", form)
        if status != 200 or "/sign-in" in url:
            raise SystemExit(f"{login} could not sign in: {status} {body[:300]!r}")
        return self

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Call:
        """A request with this client's cookies, for replay."""
        own = {
            "Cookie": "; ".join(f"{c.name}={c.value}" for c in self.jar),
            "Accept-Encoding": "gzip",
            **(headers or {}),
        }
        if body is None:
            return Call(method, path, own)
        return Call(method, path, {**own, "Content-Type": "application/json"}, json.dumps(body))


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    value = tag and re.search(r'value="([^"]*)"', tag[0])
    return value[1] if value else ""
