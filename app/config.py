"""The settings, read once from the environment. This table is the one that README shows."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DEMONSTRATION_KEY = "demonstration.key"
GIB = 1024**3
UNITS = {"KiB": 1024, "MiB": 1024**2, "GiB": GIB, "kB": 1000, "MB": 1000**2, "GB": 1000**3}
_SIZE = rf"(\d{{1,15}}(?:\.\d{{1,6}})?) ?({'|'.join(UNITS)})|\d{{1,18}}"
_DATABASE = r"(postgres(ql)?|sqlite)(\+\w+)?://.*"
_MAIL = r"smtps?://([^/@\s]+@)?[^/@\s]+/?"
_FROM = r"([^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)"
_REDIS = r"(rediss?|unix)://.+"
_QUEUE = r"(rediss?|postgres(ql)?)://.+"


def _setting(
    meaning: str, default: Any = MISSING, shown: str | None = None, secret: bool = False, form: str = ""
) -> Any:
    """`form`: what a given value must look like, a regular expression."""
    said = shown if shown is not None else ("required" if default is MISSING else str(default))
    return field(default=default, repr=not secret, metadata={"meaning": meaning, "shown": said, "form": form})


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings of one installation; the environment's name of each is its own in capitals."""

    secret_key: str = _setting(
        "Signs sessions, links and jobs. `./run` makes one and keeps it in DATA_DIR.", secret=True
    )
    data_dir: Path = _setting("Folder of everything that must be kept: database, recordings, queue.")
    database_url: str = _setting(
        "Database, `postgresql://…` or SQLite.", "", "SQLite file in DATA_DIR", secret=True, form=_DATABASE
    )
    queue_url: str = _setting(
        "Job queue, `redis://…` or `postgresql://…`.", "", "SQLite file in DATA_DIR", secret=True, form=_QUEUE
    )
    redis_url: str = _setting(
        "Counts for rate limits, shared by several processes.", "", "memory", secret=True, form=_REDIS
    )
    storage_url: str = _setting(
        "Media store, `s3://bucket?endpoint=…`.", "", "folder in DATA_DIR", secret=True, form=r"s3://.+"
    )
    drop_dir: str = _setting(
        "Folder whose files become recordings by themselves: “Recordings that lie on the server already”.", "", "off"
    )
    host: str = _setting("Address to listen on. Any other than loopback switches the demonstration off.", "127.0.0.1")
    port: int = _setting("Port to listen on.", 8000)
    base_url: str = _setting(
        "Public address for links in messages.", "", "from the request", form=r"https?://[^/\s]+.*"
    )
    mail_url: str = _setting(
        "Mail server for notices, `smtp://user:password@host:port` or `smtps://…`; it needs MAIL_FROM and BASE_URL.",
        "",
        "no mail",
        secret=True,
        form=_MAIL,
    )
    mail_from: str = _setting("Sender of mails, `Name <address>`.", "", "none", form=_FROM)
    lrs_url: str = _setting(
        "Learning record store that gets what is watched as xAPI statements, `https://user:password@host/path`;"
        " it needs BASE_URL.",
        "",
        "off",
        secret=True,
        form=r"https?://([^/@\s]+@)?[^/@\s]+(/\S*)?",
    )
    certificate_key: str = _setting(
        "File of the private key that signs certificates; made at first use.", "", "`certificates/key.pem` in DATA_DIR"
    )
    max_upload_bytes: int = _setting(
        "Largest recording accepted: bytes, or a number with KiB, MiB, GiB, kB, MB or GB.",
        20 * GIB,
        "20 GiB",
        form=_SIZE,
    )
    free_space_bytes: int = _setting(
        "Disk space that uploads leave free, written in the same way.", GIB, "1 GiB", form=_SIZE
    )
    workers: int = _setting("Recordings prepared at the same time.", 1, form=r"0*[1-9]\d*")
    ffmpeg_threads: int = _setting(
        "Threads of each conversion.", 0, "the machine’s cores, shared among WORKERS", form=r"\d{1,3}"
    )
    ffmpeg_memory_bytes: int = _setting(
        "Memory that a conversion may take, written as MAX_UPLOAD_BYTES.", 6 * GIB, "6 GiB", form=_SIZE
    )
    ffmpeg_nice: int = _setting(
        "How far conversions step back behind the pages: 0 not at all, 19 most.", 10, form=r"1?\d"
    )
    ffmpeg: str = _setting(
        "Folder of `ffmpeg` and `ffprobe`; for `./run` also `packaged`: the ones it installs.",
        "",
        "PATH, else the packaged ones",
    )
    speech: str = _setting(
        "Command that drafts subtitles: called with a sound file and a language, it prints WebVTT.", "", "off"
    )
    accel_prefix: str = _setting("Prefix of nginx's internal location for media (X-Accel-Redirect).", "", "off")
    trusted_proxies: int = _setting("Reverse proxies in front whose X-Forwarded headers are believed.", 0)
    log_level: str = _setting(
        "`debug`, `info`, `warning` or `error`.", "info", form=r"(?i)debug|info|warning|error|critical"
    )
    demonstration: bool = _setting(
        "Set by `./run` alone: serves the demonstration accounts, never behind TRUSTED_PROXIES or BASE_URL.",
        False,
        "off",
    )
    shared_data: Path = _setting(
        "Folder of shared inputs, for tests only.", ROOT.parent / "shared" / "data", "../shared/data"
    )

    def __post_init__(self) -> None:
        folder = Path(self.data_dir).expanduser().resolve()
        object.__setattr__(self, "data_dir", folder)
        url = self.database_url or f"sqlite:///{folder / 'database.sqlite3'}"
        object.__setattr__(self, "database_url", _with_driver(url))

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """Read the settings; end the program with their names when some are missing or unreadable."""
        values, missing, wrong = {}, [], []
        for setting in fields(cls):
            given = environ.get(setting.name.upper(), "").strip()
            if given and setting.name != "demonstration":
                try:
                    values[setting.name] = _read(setting, given)
                except ValueError:
                    wrong.append(setting.name.upper())
            elif setting.default is MISSING:
                missing.append(setting.name.upper())
        if missing:
            raise SystemExit(f"Missing settings: {', '.join(missing)}. README.md lists them all; ./run sets them.")
        if wrong:
            raise SystemExit(
                f"Unreadable settings: {', '.join(wrong)}. {_sizes(wrong)}README.md says what they may hold."
            )
        lacking = [name.upper() for name in ("mail_from", "base_url") if not values.get(name)]
        if values.get("mail_url") and lacking:
            raise SystemExit(f"MAIL_URL needs {' and '.join(lacking)}: mails name their sender and hold links.")
        if values.get("lrs_url") and not values.get("base_url"):
            raise SystemExit("LRS_URL needs BASE_URL: statements name this installation by its address.")
        if len(values["secret_key"]) < 32:
            raise SystemExit("SECRET_KEY is too short: give at least 32 characters.")
        host = values.get("host", "127.0.0.1")
        alone = host in LOOPBACK and not values.get("trusted_proxies") and not values.get("base_url")
        values["demonstration"] = alone and _demonstration(environ.get("DEMONSTRATION", ""), values["data_dir"])
        return cls(**values)


def documented() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting, in the order of README's table."""
    return [(f.name.upper(), f.metadata["shown"], f.metadata["meaning"]) for f in fields(Config)]


def _read(setting: Field, given: str) -> Any:
    if setting.metadata["form"] and not re.fullmatch(setting.metadata["form"], given):
        raise ValueError(setting.name)
    if setting.type is Path:
        return Path(given)
    if setting.type is not int:
        return given
    if setting.metadata["form"] == _SIZE:
        return _bytes(given)
    number = int(given)
    if number < 0:
        raise ValueError(given)
    return number


def _bytes(given: str) -> int:
    """A size as people write it: `20 GiB`, or bytes alone."""
    found = re.fullmatch(_SIZE, given)
    return int(Decimal(found[1]) * UNITS[found[2]]) if found and found[1] else int(given)


def _sizes(wrong: Sequence[str]) -> str:
    """How to write those of them that are sizes."""
    named = [setting.name.upper() for setting in fields(Config) if setting.metadata["form"] == _SIZE]
    sizes = " and ".join(name for name in named if name in wrong)
    return f"Write {sizes} in bytes, or with one of {', '.join(UNITS)}, for example 20 GiB. " if sizes else ""


def _demonstration(given: str, data_dir: Path) -> bool:
    """The key that `./run` keeps beside the data proves that it, and not a stray variable, switched this on."""
    if not given:
        return False
    try:
        kept = (Path(data_dir).expanduser() / DEMONSTRATION_KEY).read_text().strip()
    except OSError:
        return False
    return bool(kept) and secrets.compare_digest(given.encode(), kept.encode())


def _with_driver(url: str) -> str:
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
