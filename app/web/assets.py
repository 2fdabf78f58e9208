"""Static files under hashed names: built once at set-up into var/static, then served for a year.

esbuild makes of each script that a page names one file with what it imports inside, small and readable by browsers of
the last years, for every further file is a question over a line that is slow to answer. Only ALONE stays outside: the
outbox, one state for a whole page, and what is asked for later. The build writes the hashed names into what remains of
imports and into url(): pages need no import map, and a changed file changes every file that names it.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Collection
from functools import cache
from pathlib import Path

import click
from flask.cli import AppGroup
from whitenoise.compress import Compressor

from app.config import ROOT

SOURCE = ROOT / "app" / "static"
TARGET = ROOT / "var" / "static"
PREFIX = "/static/"
BUNDLED = frozenset({".css", ".js"})
KINDS = frozenset({".svg", ".webmanifest", ".woff2"})
VENDORED = {"hls.js": "hls.js/dist/hls.light.min.mjs"}  # our name: file of the npm package, taken as it is
ALONE = ("outbox.js", "slides.js", "stream.js", "transcript.js", *VENDORED)
NAMED_TOO = ("reading.js", "recall.js")  # Part of another script, and named by a page that has not that one.
OLDEST = "es2020"
PACKED = (("br", ".br"), ("gzip", ".gz"))

_IMPORT = re.compile(r"""(\b(?:from|import)\s*\(?\s*["'])\./([\w.-]+)(["'])""")
_URL = re.compile(r"""(url\(\s*["']?)\./([\w.-]+)(["']?\s*\))""")
_SOURCE_MAP = re.compile(r"\n//# sourceMappingURL=\S+\s*")

cli = AppGroup("assets", help="Static files.")


class NotBuilt(RuntimeError):
    """The static files were not built, or a page names one that does not exist."""


def asset(name: str) -> str:
    """The address of a static file, with the hash of its content in it."""
    try:
        return PREFIX + _manifest()[name]
    except KeyError:
        raise NotBuilt(f"No static file called {name}: is it in app/static, and did './run flask assets build' run?")


def weight(name: str, encodings: Collection[str]) -> int:
    """How many bytes of a static file travel to a browser that takes these encodings."""
    file = TARGET / _manifest()[name]
    ways = [file.with_name(file.name + ending) for encoding, ending in PACKED if encoding in encodings]
    return next(way for way in [*ways, file] if way.is_file()).stat().st_size


def build(source: Path = SOURCE, packages: Path = ROOT / "node_modules", target: Path = TARGET) -> dict[str, str]:
    """Write all static files under hashed names, with their compressed forms and manifest.json."""
    texts = _texts(source, packages)
    fresh = target.with_name(target.name + ".part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    manifest: dict[str, str] = {}
    for name in texts:
        _write(name, texts, fresh, manifest, ())
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True))
    _compress(fresh)
    _keep_last(target, fresh)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    _manifest.cache_clear()
    return manifest


def _keep_last(target: Path, fresh: Path) -> None:
    """A server that runs meanwhile, and pages that it has sent, still name the files of the build before."""
    before = target / "manifest.json"
    for name in json.loads(before.read_text()).values() if before.is_file() else ():
        for file in target.glob(f"{name}*"):
            if not (fresh / file.name).exists():
                shutil.copy2(file, fresh)


@cli.command("build")
def _build_command() -> None:
    """Copy the static files under hashed names."""
    click.echo(f"{len(build())} static files in {TARGET.relative_to(ROOT)}")


@cache
def _manifest() -> dict[str, str]:
    try:
        return json.loads((TARGET / "manifest.json").read_text())
    except FileNotFoundError:
        raise NotBuilt("The static files are not built: run './run flask assets build'.") from None


def _texts(source: Path, packages: Path) -> dict[str, bytes]:
    texts = {p.name: p.read_bytes() for p in sorted(source.glob("*")) if p.suffix in KINDS}
    for name, path in VENDORED.items():
        file = packages / path
        if not file.is_file():
            raise NotBuilt(f"{path} is missing from node_modules: run 'npm ci --ignore-scripts --omit=dev'.")
        texts[name] = _SOURCE_MAP.sub("\n", file.read_text()).encode()
    return texts | _bundled(source, packages)


def _bundled(source: Path, packages: Path) -> dict[str, bytes]:
    files = {p.name: p for p in sorted(source.glob("*")) if p.suffix in BUNDLED}
    parts = {found[2] for p in files.values() for found in _IMPORT.finditer(p.read_text())}
    named = [str(file) for name, file in files.items() if name not in parts or name in (*ALONE, *NAMED_TOO)]
    program = next(packages.glob("@esbuild/*/bin/esbuild"), None)
    if program is None:
        raise NotBuilt("esbuild is missing from node_modules: run 'npm ci --ignore-scripts --omit=dev'.")
    outside = [f"--external:{name}" for name in (*(f"./{name}" for name in ALONE), "*.woff2", "*.svg")]
    how = ["--bundle", "--minify", "--format=esm", f"--target={OLDEST}", "--log-level=warning", *outside]
    with tempfile.TemporaryDirectory() as folder:
        command = [str(program), *named, *how, f"--outdir={folder}"]
        done = subprocess.run(command, env={"NODE_PATH": str(packages)}, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotBuilt(done.stderr)
        return {p.name: p.read_bytes() for p in Path(folder).iterdir()}


def _write(name: str, texts: dict[str, bytes], target: Path, manifest: dict[str, str], above: tuple[str, ...]) -> str:
    """Write one file after those it names, for their hashes are part of its content."""
    if name in manifest:
        return manifest[name]
    if name in above:
        raise NotBuilt(f"Static files import each other in a circle: {' → '.join((*above, name))}")
    content = texts[name]
    pattern = {".js": _IMPORT, ".css": _URL}.get(Path(name).suffix)
    if pattern and name not in VENDORED:

        def hashed(found: re.Match[str]) -> str:
            if found[2] not in texts:
                raise NotBuilt(f"{name} names ./{found[2]}, which does not exist")
            return f"{found[1]}./{_write(found[2], texts, target, manifest, (*above, name))}{found[3]}"

        content = pattern.sub(hashed, content.decode()).encode()
    path = Path(name)
    manifest[name] = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:8]}{path.suffix}"
    (target / manifest[name]).write_bytes(content)
    return manifest[name]


def _compress(folder: Path) -> None:
    compressor = Compressor(quiet=True)
    for file in folder.iterdir():
        if compressor.should_compress(file.name):
            compressor.compress(str(file))


if __name__ == "__main__":
    build()
