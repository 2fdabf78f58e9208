"""The same page where the media store is S3: the bytes go to the store itself, and what was sent comes back whole."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.server import Server
from tests.browser.test_upload import MEGA, _past, _send, _signed_in, _slow
from tests.s3 import S3

PATIENCE_MS = 120_000


@pytest.fixture(scope="module")
def quiet(s3: S3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without a worker, and an S3 store of its own folder."""
    store = {"STORAGE_URL": f"s3://media/browser?endpoint={s3.endpoint}"}
    server = Server(tmp_path_factory.mktemp("direct"), settings=store)
    server.flask("db", "upgrade")
    server.flask("user", "add", "studio", "--admin")
    server.start(worker=False)
    yield server
    server.stop()


@pytest.fixture
def context(browser: Browser, quiet: Server) -> Iterator[BrowserContext]:
    """The administrator's browser."""
    context = _signed_in(browser, quiet)
    yield context
    context.close()


def test_a_file_goes_to_the_store_through_a_killed_store_and_a_closed_browser(
    context: BrowserContext, quiet: Server, s3: S3, tmp_path: Path, faults: Callable[[Page], list[str]]
) -> None:
    file = tmp_path / "cours – partie 3.mov"
    file.write_bytes(os.urandom(40 * MEGA))
    page = _slow(context, 5 * MEGA)
    _send(page, file, "Module 5")
    _past(page, 25)
    assert faults(page) == []
    s3.kill()
    expect(page.locator("[data-said]")).to_contain_text("Rien n’est perdu")
    s3.start()
    _past(page, 45)
    page.close()
    page = context.new_page()
    puts: list[str] = []
    page.on("request", lambda request: puts.append(request.url) if request.method == "PUT" else None)
    _send(page, file, "Module 5")
    expect(page.locator(".rows li", has_text="Module 5")).to_contain_text("en attente", timeout=PATIENCE_MS)
    assert 1 <= len(puts) <= 4 and all(url.startswith(s3.endpoint) for url in puts)
    client = boto3.client("s3", endpoint_url=s3.endpoint, region_name="us-east-1")
    (found,) = client.list_objects_v2(Bucket="media", Prefix="browser/")["Contents"]
    body = client.get_object(Bucket="media", Key=found["Key"])["Body"].read()
    assert hashlib.sha256(body).digest() == hashlib.sha256(file.read_bytes()).digest()
    assert not list((quiet.data_dir / "uploads").glob("*"))


def test_what_is_cancelled_goes_no_further(context: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "essai.mov"
    file.write_bytes(os.urandom(20 * MEGA))
    page = _slow(context, 2 * MEGA)
    _send(page, file, "Essai")
    _past(page, 20)
    page.click("[data-act=pause]")
    expect(page.locator("[data-said]")).to_contain_text("en pause")
    page.click("[data-act=pause]")
    _past(page, 45)
    page.click("[data-act=cancel]")
    page.click("[data-act=drop]")
    expect(page.locator(".rows li", has_text="Essai")).to_contain_text("Annulé")
