"""A mail server of the test's own: a real peer on a socket, that says what it is told to say."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask


class Peer:
    """`says` are answers to the next texts, then everything is taken; `breaks` hangs up when a text has come."""

    def __init__(self) -> None:
        self.says: list[str] = []
        self.recipients: list[str] = []  # Answers to the next recipients.
        self.breaks = False
        self.got: list[EmailMessage] = []
        self.raw: list[bytes] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.recipients:
            return self.recipients.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.breaks:
            server.transport.abort()
            return "250 nobody hears it"
        said = self.says.pop(0) if self.says else "250 fine"
        if said.startswith("250"):
            self.raw.append(envelope.original_content)
            self.got.append(message_from_bytes(envelope.original_content, policy=default))  # type: ignore[arg-type]
        return said


@contextmanager
def mail_server(app: Flask) -> Iterator[Peer]:
    """The application sends to it while it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    peer, house = Peer(), app.config["HOUSE"]
    controller = Controller(peer, hostname="127.0.0.1", port=port)
    controller.start()
    app.config["HOUSE"] = replace(
        house, mail_url=f"smtp://127.0.0.1:{port}", mail_from="ALGA Académie <no-reply@example.test>",
        base_url="https://learning.example.test",
    )  # fmt: skip
    try:
        yield peer
    finally:
        app.config["HOUSE"] = house
        controller.stop()
