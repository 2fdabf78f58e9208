"""Static files: a changed file changes its name, and the name of every file that imports it."""

from pathlib import Path

import pytest

from app.web import assets


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`build(**texts)` writes the sources, builds them and gives the manifest."""
    source, packages, target = tmp_path / "source", tmp_path / "packages", tmp_path / "built"
    source.mkdir()
    monkeypatch.setattr(assets, "TARGET", target)
    for path, _ in assets.VENDORED.values():
        (packages / path).parent.mkdir(parents=True, exist_ok=True)
        (packages / path).write_text("globalThis.tus = 1\n//# sourceMappingURL=far.js.map\n")

    def run(texts: dict[str, str]) -> dict[str, str]:
        for name, text in texts.items():
            (source / name).write_text(text)
        return assets.build(source, packages, target)

    return run


def test_a_file_is_served_under_the_hash_of_its_content(build, tmp_path):
    first = build({"page.css": "a{}"})
    assert assets.asset("page.css") == f"/static/{first['page.css']}"
    assert (tmp_path / "built" / first["page.css"]).read_text() == "a{}"
    second = build({"page.css": "b{}"})
    assert second["page.css"] != first["page.css"]
    assert not (tmp_path / "built" / first["page.css"]).exists()


def test_imports_name_the_hashed_files_and_pass_a_change_upwards(build, tmp_path):
    texts = {
        "page.js": 'import { add } from "./outbox.js";\nimport("./tus.js");\n'
        'import "./outbox.js";\nfetch("./outbox.js");',
        "outbox.js": "export const add = 1;",
        "page.css": 'a { background: url("./band.svg"), url(./band.svg) }',
        "band.svg": "<svg/>",
    }
    first = build(texts)
    page = (tmp_path / "built" / first["page.js"]).read_text()
    assert page.count(f'"./{first["outbox.js"]}"') == 2 and f'"./{first["tus.js"]}"' in page
    assert 'fetch("./outbox.js")' in page
    assert (tmp_path / "built" / first["page.css"]).read_text().count(first["band.svg"]) == 2
    second = build({"outbox.js": "export const add = 2;"})
    assert second["page.js"] != first["page.js"] and second["page.css"] == first["page.css"]


def test_packages_become_modules_without_source_maps(build, tmp_path):
    text = (tmp_path / "built" / build({})["tus.js"]).read_text()
    assert text.endswith("export default globalThis.tus;\n") and "sourceMappingURL" not in text


def test_large_files_lie_there_compressed(build, tmp_path):
    name = build({"page.css": "a { color: red }\n" * 200})["page.css"]
    assert (tmp_path / "built" / f"{name}.br").exists() and (tmp_path / "built" / f"{name}.gz").exists()


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"a.js": 'import "./b.js"', "b.js": 'import "./a.js"'}, "circle"),
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
