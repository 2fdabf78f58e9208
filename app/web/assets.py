"""Static files under hashed names: built once at set-up into var/static, then served for a year.

Our modules import each other by relative path (`import { add } from "./outbox.js"`), and npm's by the names in
VENDORED (`import Hls from "./hls.js"`). The build writes the hashed names into those imports, so that pages need no
import map and a changed file changes every file that imports it. Nothing is minified.
"""

import hashlib
import json
import re
import shutil
from functools import cache
from pathlib import Path

import click
from flask.cli import AppGroup
from whitenoise.compress import Compressor

from app.config import ROOT

SOURCE = ROOT / "app" / "static"
TARGET = ROOT / "var" / "static"
PREFIX = "/static/"
KINDS = frozenset({".css", ".js", ".svg", ".webmanifest", ".woff2"})
VENDORED = {  # our name: file of the npm package, and what makes it a module where it is none
    "hls.js": ("hls.js/dist/hls.light.min.mjs", ""),
    "tus.js": ("tus-js-client/dist/tus.min.js", "\nexport default globalThis.tus;\n"),
}

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
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    _manifest.cache_clear()
    return manifest


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
    for name, (path, ending) in VENDORED.items():
        file = packages / path
        if not file.is_file():
            raise NotBuilt(f"{path} is missing from node_modules: run 'npm ci --ignore-scripts --omit=dev'.")
        texts[name] = (_SOURCE_MAP.sub("\n", file.read_text()) + ending).encode()
    return texts


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
