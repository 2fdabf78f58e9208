"""A program that sends files by tus, as the tests of uploads use it."""

import base64
from typing import Any

from flask.testing import FlaskClient

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}
URL = "/api/v1/uploads"


class Machine:
    """Somebody's program with a token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.bearer = client, {"Authorization": f"Bearer {token}"}

    def send(self, method: str, url: str, headers: dict[str, str], data: bytes = b"") -> Any:
        """One request."""
        return self.client.open(url, method=method, headers={**self.bearer, **headers}, data=data or None)

    def create(self, size: int, body: bytes = b"", **named: str) -> Any:
        """Announce a file."""
        pairs = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in named.items())
        headers = {**(BYTES if body else TUS), "Upload-Length": str(size)}
        return self.send("POST", URL, {**headers, **({"Upload-Metadata": pairs} if pairs else {})}, body)

    def append(self, url: str, offset: int, body: bytes, **more: str) -> Any:
        """Send the next bytes."""
        return self.send("PATCH", url, {**BYTES, "Upload-Offset": str(offset), **more}, body)
