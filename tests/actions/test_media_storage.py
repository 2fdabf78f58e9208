"""One suite for every place where media can lie: a folder, memory, and a real S3 server."""

import os
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from app.config import Config
from media.storage import LocalStorage, Storage, storage_for
from tests.memory_storage import MemoryStorage


@pytest.fixture(params=["local", "memory", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Each kind of place in turn."""
    if request.param == "s3":
        url = request.getfixturevalue("s3_url")
        return storage_for(Config(secret_key="x" * 32, data_dir=tmp_path, storage_url=url))
    return LocalStorage(tmp_path / "media") if request.param == "local" else MemoryStorage()


def _kept(storage: Storage, tmp_path: Path, key: str, content: bytes) -> None:
    file = tmp_path / "made"
    file.write_bytes(content)
    storage.put(key, file, "video/mp4")
    assert not file.exists()


def test_what_is_put_comes_back_whole_and_in_parts(storage: Storage, tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000
    _kept(storage, tmp_path, "abc/def/240p.mp4", content)
    assert storage.open("abc/def/240p.mp4").read() == content
    assert storage.open("abc/def/240p.mp4", 1000).read() == content[1000:]
    assert storage.open("abc/def/240p.mp4", 1000, 10).read(10) == content[1000:1010]


def test_the_last_one_put_counts(storage: Storage, tmp_path: Path) -> None:
    _kept(storage, tmp_path, "again/a.mp4", b"old")
    _kept(storage, tmp_path, "again/a.mp4", b"new")
    assert storage.open("again/a.mp4").read() == b"new"


def test_what_is_not_there_is_a_missing_file(storage: Storage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.open("never/there.mp4")
    storage.delete("never/there.mp4")


def test_deleting_takes_what_lies_below_and_nothing_else(storage: Storage, tmp_path: Path) -> None:
    for key in ("one/a/x.mp4", "one/a/y.mp4", "one/b.mp4", "one2/c.mp4"):
        _kept(storage, tmp_path, key, key.encode())
    storage.delete("one")
    for gone in ("one/a/x.mp4", "one/a/y.mp4", "one/b.mp4"):
        with pytest.raises(FileNotFoundError):
            storage.open(gone)
    assert storage.open("one2/c.mp4").read() == b"one2/c.mp4"


def test_what_lies_below_is_named_once_and_only_there(storage: Storage, tmp_path: Path) -> None:
    for key in ("list/a/x.mp4", "list/a/y.mp4", "list/b.mp4", "list2/c.mp4"):
        _kept(storage, tmp_path, key, b"x")
    assert storage.below("list") == ["a", "b.mp4"]
    assert storage.below("list/b.mp4") == storage.below("nothing") == []
    storage.delete("list/a")
    storage.delete("list/b.mp4")
    assert storage.below("list") == []


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../b", "a//b", "", "a/", "Ä", "a\x00", ".hidden"])
def test_a_key_that_is_not_ours_is_refused(storage: Storage, key: str) -> None:
    with pytest.raises(ValueError):
        storage.open(key)


def test_a_link_opens_this_file_only_and_only_as_signed(storage: Storage, tmp_path: Path) -> None:
    _kept(storage, tmp_path, "linked/a.mp4", b"0123456789")
    link = storage.link("linked/a.mp4", 60)
    if link is None:
        return  # The application delivers these bytes itself: tests/api/test_recordings.py.
    asked = urllib.request.Request(link, headers={"Range": "bytes=2-4"})
    with urllib.request.urlopen(asked) as answer:
        assert (answer.status, answer.read()) == (206, b"234")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(link.replace("a.mp4", "b.mp4"))
    assert refused.value.code in {403, 404}


def test_an_empty_folder_goes_with_its_last_file_and_the_store_itself_stays(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "media")
    _kept(storage, tmp_path, "one/a/x.mp4", b"x")
    storage.delete("one/a")
    assert list((tmp_path / "media").iterdir()) == []
    storage.delete("one")
    assert (tmp_path / "media").is_dir()


def test_every_request_uses_the_one_client_of_its_process(s3_url: str, tmp_path: Path) -> None:
    config = Config(secret_key="x" * 32, data_dir=tmp_path, storage_url=s3_url)
    assert storage_for(config) is storage_for(config)
    other = Config(secret_key="x" * 32, data_dir=tmp_path, storage_url=s3_url.replace("/house", "/other"))
    assert storage_for(other) is not storage_for(config)
    mine = storage_for(config)
    child = os.fork()
    if not child:
        os._exit(storage_for(config) is mine)
    assert os.waitpid(child, 0)[1] == 0, "a fork must not speak through its parent's connections"


def test_a_half_written_file_is_never_seen(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "media")
    _kept(storage, tmp_path, "whole/a.mp4", b"whole")
    (tmp_path / "media" / "whole" / "b.mp4.part").write_bytes(b"ha")
    with pytest.raises(FileNotFoundError):
        storage.open("whole/b.mp4")


def test_a_store_that_is_down_is_an_error_of_the_disk_and_the_file_stays(s3_url: str, tmp_path: Path) -> None:
    away = re.sub(r"127.0.0.1:\d+", "127.0.0.1:1", s3_url)
    storage = storage_for(Config(secret_key="x" * 32, data_dir=tmp_path, storage_url=away))
    file = tmp_path / "made"
    file.write_bytes(b"x")
    for ask in (
        lambda: storage.put("a/b.mp4", file, "video/mp4"),
        lambda: storage.open("a/b.mp4"),
        lambda: storage.below("a"),
        lambda: storage.delete("a"),
    ):
        with pytest.raises(OSError):
            ask()
    assert file.read_bytes() == b"x"


def test_what_is_larger_than_one_part_is_put_in_parts_and_read_from_any_place(storage: Storage, tmp_path: Path) -> None:
    content = os.urandom(9 * 2**20)
    _kept(storage, tmp_path, "large/a.mp4", content)
    assert storage.open("large/a.mp4").read() == content
    assert storage.open("large/a.mp4", 8 * 2**20 - 5, 10).read(10) == content[8 * 2**20 - 5 :][:10]
    assert storage.open("large/a.mp4", len(content) - 1).read() == content[-1:]
