"""Static files: few, small, and a changed file changes its name and the name of every file that imports it."""

import re
from pathlib import Path

import pytest

from app.config import ROOT
from app.web import assets


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`build(texts)` writes the sources, builds them and gives the manifest."""
    source, packages, target = tmp_path / "source", tmp_path / "packages", tmp_path / "built"
    source.mkdir()
    monkeypatch.setattr(assets, "TARGET", target)
    for name in ("@esbuild", "tus-js-client"):
        packages.mkdir(exist_ok=True)
        (packages / name).symlink_to(ROOT / "node_modules" / name)
    for path in assets.VENDORED.values():
        (packages / path).parent.mkdir(parents=True)
        (packages / path).write_text("export default 1\n//# sourceMappingURL=far.js.map\n")

    def run(texts: dict[str, str]) -> dict[str, str]:
        for name, text in texts.items():
            (source / name).write_text(text)
        return assets.build(source, packages, target)

    return run


def test_a_file_is_served_under_the_hash_of_its_content(build, tmp_path):
    first = build({"page.css": "a{top:0}"})
    assert assets.asset("page.css") == f"/static/{first['page.css']}"
    assert (tmp_path / "built" / first["page.css"]).read_text().strip() == "a{top:0}"
    second = build({"page.css": "b{top:0}"})
    assert second["page.css"] != first["page.css"]
    assert (tmp_path / "built" / first["page.css"]).exists(), "a server that runs meanwhile still names it"
    build({"page.css": "i{top:0}"})
    assert not (tmp_path / "built" / first["page.css"]).exists()
    assert (tmp_path / "built" / second["page.css"]).exists()


def test_a_script_is_one_file_but_for_the_outbox_and_what_is_loaded_on_play(build, tmp_path):
    texts = {
        "page.js": 'import { add } from "./outbox.js";\nimport { clock } from "./say.js";\n'
        'add(clock, fetch("./outbox.js"), import("./hls.js"));',
        "say.js": "// how times are said\nexport const clock = 'a clock';",
        "outbox.js": "export const add = 1;",
        "page.css": 'a { background: url("./band.svg") }',
        "band.svg": "<svg/>",
    }
    first = build(texts)
    page = (tmp_path / "built" / first["page.js"]).read_text()
    assert f'"./{first["outbox.js"]}"' in page and f'"./{first["hls.js"]}"' in page
    assert "say.js" not in first, "no page names a part of another script"
    assert "a clock" in page and "how times" not in page and 'fetch("./outbox.js")' in page
    assert first["band.svg"] in (tmp_path / "built" / first["page.css"]).read_text()
    second = build({"outbox.js": "export const add = 2;"})
    assert second["page.js"] != first["page.js"] and second["page.css"] == first["page.css"]


def test_a_package_that_one_script_needs_is_part_of_it(build, tmp_path):
    name = build({"send.js": 'import * as tus from "tus-js-client"; self.can = tus.isSupported;'})["send.js"]
    text = (tmp_path / "built" / name).read_text()
    assert "Tus-Resumable" in text and not re.search(r"\bimport\b", text)


def test_no_page_asks_for_more_than_three_scripts_and_no_other_is_built():
    pages = [page for room in ("app", "media", "modules", "quizzes") for page in (ROOT / room).rglob("*.html")]
    named = {page: re.findall(r"asset\('([\w.-]+\.js)'\)", page.read_text()) for page in pages}
    assert named.pop(ROOT / "app" / "templates" / "layout.html") == ["outbox.js"], "on each page"
    assert {name: files for name, files in named.items() if len(files) > 2} == {}
    scripts = set().union(*named.values())
    built = {name for name in assets._manifest() if name.endswith(".js")}
    assert built == scripts.union(assets.ALONE, {"sw.js"}), "no more, no fewer than are asked for"
    for name in scripts:
        imported = re.findall(r'from"\./([\w-]+)\.', (assets.TARGET / assets.asset(name).split("/")[-1]).read_text())
        assert set(imported) <= {"outbox"}, name


def test_packages_are_served_without_source_maps(build, tmp_path):
    assert "sourceMappingURL" not in (tmp_path / "built" / build({})["hls.js"]).read_text()


def test_large_files_lie_there_compressed(build, tmp_path):
    name = build({"page.css": "\n".join(f".c{n} {{ color: red; top: {n}px }}" for n in range(200))})["page.css"]
    assert (tmp_path / "built" / f"{name}.br").exists() and (tmp_path / "built" / f"{name}.gz").exists()


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"outbox.js": 'import { a } from "./b.js"; a()', "b.js": 'export { a } from "./outbox.js"'}, "circle"),
        ({"a.js": "let = ="}, r"a\.js:1:"),
        ({"a.js": 'import "./gone.js"'}, "gone.js"),
    ],
)
def test_what_cannot_be_built_is_said(build, texts, said):
    with pytest.raises(assets.NotBuilt, match=said):
        build(texts)


def test_a_page_that_names_an_unknown_file_learns_so(build):
    build({})
    with pytest.raises(assets.NotBuilt, match=r"gone\.css"):
        assets.asset("gone.css")


def test_before_the_build_the_error_says_what_to_do(build):
    assets._manifest.cache_clear()
    with pytest.raises(assets.NotBuilt, match="assets build"):
        assets.asset("page.css")


@pytest.fixture(autouse=True)
def _forget_the_manifest():
    yield
    assets._manifest.cache_clear()
