"""A real nginx with the configuration of deploy/, on a port of its own and without TLS."""

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import ROOT
from tests.browser.server import free_port

PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_MAIN = """{user}daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    sendfile on;
    {site}
}}
"""


@contextmanager
def nginx(folder: Path, server_port: int, media: Path, more: str = "") -> Iterator[str]:
    """Its address. `more`: locations of a test's own."""
    assert PROGRAM
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    (folder / "nginx.conf").write_text(
        _MAIN.format(folder=folder, site=_site(folder, port, server_port, media, more), user=_user())
    )
    process = subprocess.Popen(
        [PROGRAM, "-p", str(folder), "-c", str(folder / "nginx.conf")],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _site(folder: Path, port: int, server_port: int, media: Path, more: str) -> str:
    """What an operator installs, but for its address, its keys and its places."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = text[: text.index("server {\n    listen 80;")]
    text = re.sub(r"\n *ssl_certificate\S* [^\n]*", "", text)
    replaced = {
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{server_port};",
        "alias /srv/learning/media/;": f"alias {media}/;",
        "/var/log/nginx": str(folder),
        "    location / {": f"{more}\n    location / {{",
    }
    for before, after in replaced.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


def _user() -> str:
    return "user root;\n" if os.geteuid() == 0 else ""


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=30).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("nginx did not start")
