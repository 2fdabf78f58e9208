"""A learning record store as it is spoken to: xAPI 1.0.3 over HTTP."""

import base64
import http.client
import json
import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

VERSION = "1.0.3"
SECONDS = 30


class NotTaken(Exception):
    """The store did not take them; `why` is one word, with its figure where it gave one."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Store:
    """The store at `https://user:password@host/path`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.secure, self.host, self.port = parts.scheme == "https", parts.hostname or "", parts.port
        self.path = f"{parts.path.rstrip('/')}/statements"
        self.name = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
        self.headers = {"Content-Type": "application/json", "X-Experience-API-Version": VERSION}
        if parts.username is not None:
            said = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self.headers["Authorization"] = f"Basic {base64.b64encode(said.encode()).decode()}"

    def send(self, statements: Sequence[dict[str, Any]]) -> None:
        """Give it these, or NotTaken. One that it knows in other words, for a title changed meanwhile, is there."""
        status = self._post(statements)
        if status == 409 and len(statements) > 1:
            for one in statements:
                self.send([one])
        elif status in (401, 403):
            raise NotTaken("login")
        elif not (200 <= status < 300 or status == 409):
            raise NotTaken(f"refused:{status}")

    def _post(self, statements: Sequence[dict[str, Any]]) -> int:
        line = http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)
        if self.secure:
            trusted = ssl.create_default_context()
            line = http.client.HTTPSConnection(self.host, self.port, timeout=SECONDS, context=trusted)
        try:
            line.request("POST", self.path, json.dumps(statements).encode(), self.headers)
            answer = line.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException) as error:
            raise NotTaken("unreachable") from error
        finally:
            line.close()
