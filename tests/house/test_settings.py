"""Settings are read once, complete, and README's table is theirs."""

import re
from pathlib import Path

import pytest

from app.config import DEMONSTRATION_KEY, ROOT, Config, documented

SECRET = "only for tests, never anywhere else"


def test_readme_lists_every_setting_as_the_code_does():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", (ROOT / "README.md").read_text(), re.M)
    assert rows == [(name, shown, meaning) for name, shown, meaning in documented()]


def test_missing_settings_are_named():
    with pytest.raises(SystemExit, match="SECRET_KEY, DATA_DIR"):
        Config.from_env({})


@pytest.mark.parametrize("name", ["PORT", "MAX_UPLOAD_BYTES", "WORKERS"])
@pytest.mark.parametrize("value", ["many", "-1", "1.5"])
def test_unreadable_settings_are_named(tmp_path, name, value):
    with pytest.raises(SystemExit, match=name):
        Config.from_env({"SECRET_KEY": SECRET, "DATA_DIR": str(tmp_path), name: value})


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("0", 0), ("21474836480", 20 * 1024**3), ("20 GiB", 20 * 1024**3), ("20GiB", 20 * 1024**3),
        ("1.5 MiB", 1024 * 1536), ("3 KiB", 3072), ("3 kB", 3000), ("2 MB", 2_000_000), ("0.5 GB", 500_000_000),
    ],
)  # fmt: skip
def test_a_size_is_written_in_bytes_or_with_a_unit(tmp_path, written, size):
    given = {"SECRET_KEY": SECRET, "DATA_DIR": str(tmp_path)}
    config = Config.from_env(given | {"MAX_UPLOAD_BYTES": written, "FREE_SPACE_BYTES": written})
    assert (config.max_upload_bytes, config.free_space_bytes) == (size, size)


@pytest.mark.parametrize("name", ["MAX_UPLOAD_BYTES", "FREE_SPACE_BYTES"])
@pytest.mark.parametrize(
    "value", ["20 gigabytes", "GiB", "1,5 GiB", "1.5", "-1 GiB", "20 KB", "20  GiB", "1e9", "9" * 19]
)
def test_a_size_that_cannot_be_read_is_refused_with_its_name_and_an_example(tmp_path, name, value):
    with pytest.raises(SystemExit) as ended:
        Config.from_env({"SECRET_KEY": SECRET, "DATA_DIR": str(tmp_path), name: value})
    assert str(ended.value) == (
        f"Unreadable settings: {name}. Write {name} in bytes, or with one of KiB, MiB, GiB, kB, MB, GB, for example "
        "20 GiB. README.md says what they may hold."
    )


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("LOG_LEVEL", "nonsense", "WARNING"),
        ("DATABASE_URL", "mysql://x/y", "postgresql://x/y"),
        ("QUEUE_URL", "amqp://x", "redis://x"),
        ("REDIS_URL", "nonsense", "rediss://x/0"),
        ("STORAGE_URL", "/media", "s3://bucket?endpoint=https://x"),
        ("BASE_URL", "notaurl", "https://x.example"),
        ("WORKERS", "0", "2"),
    ],
)
def test_settings_that_nothing_could_use_are_named_at_the_start(tmp_path, name, value, good):
    given = {"SECRET_KEY": SECRET, "DATA_DIR": str(tmp_path)}
    assert Config.from_env(given | {name: good})
    with pytest.raises(SystemExit, match=f"Unreadable settings: {name}"):
        Config.from_env(given | {name: value})


def test_a_short_secret_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="SECRET_KEY"):
        Config.from_env({"SECRET_KEY": "dev", "DATA_DIR": str(tmp_path)})


def test_the_database_lies_in_the_data_folder_unless_named(tmp_path):
    env = {"SECRET_KEY": SECRET, "DATA_DIR": str(tmp_path)}
    assert Config.from_env(env).database_url == f"sqlite:///{tmp_path / 'database.sqlite3'}"
    named = Config.from_env(env | {"DATABASE_URL": "postgresql://person@localhost/learning"})
    assert named.database_url == "postgresql+psycopg://person@localhost/learning"


def test_no_secret_stands_in_the_printed_settings(tmp_path):
    config = Config.from_env(
        {"SECRET_KEY": SECRET, "DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://p:word@h/d"}
    )
    assert SECRET not in repr(config) and "word" not in repr(config)


def test_only_the_key_that_run_keeps_switches_the_demonstration_on(tmp_path: Path):
    def demonstration(**env: str) -> bool:
        return Config.from_env({"SECRET_KEY": SECRET, "DATA_DIR": str(tmp_path)} | env).demonstration

    assert not demonstration(DEMONSTRATION="1")
    (tmp_path / DEMONSTRATION_KEY).write_text("made by run\n")
    assert demonstration(DEMONSTRATION="made by run")
    assert not demonstration(DEMONSTRATION="1")
    assert not demonstration()
    for opened in ({"HOST": "0.0.0.0"}, {"TRUSTED_PROXIES": "1"}, {"BASE_URL": "https://academy.example"}):
        assert not demonstration(DEMONSTRATION="made by run", **opened)
