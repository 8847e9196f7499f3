"""What every template and static file must keep to, looked up in their text."""

import re
from pathlib import Path

import pytest

from impactline import web

HERE = Path(web.__file__ or "").parent
STATIC, TEMPLATES = HERE / "static", HERE / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
IMPORT_MAP = '<script type="importmap">{{ import_map() }}</script>'  # the one that is let through, by its hash


def source(path: Path) -> str:
    """A template without its comments."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))


@each_page
def test_no_template_needs_what_the_content_security_policy_forbids(path: Path):
    text = source(path).replace(IMPORT_MAP, "")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:|hx-vals=.js:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@each_page
def test_each_icon_of_a_template_is_in_the_sprite(path: Path):
    sprite = set(re.findall(r'symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    text = source(path)
    named = set(re.findall(r"""icons\.svg'\) \}\}#([a-z][\w-]*)\"""", text))
    named |= set(re.findall(r"""\bicon\(["']([\w-]+)["']""", text))
    assert named - sprite == set()


@pytest.mark.parametrize("path", sorted((TEMPLATES / "components").glob("*.html")), ids=lambda path: path.name)
def test_a_component_says_what_its_macros_are_and_take(path: Path):
    text = path.read_text(encoding="utf-8")
    told = text[: text.index("#}")]
    assert text.startswith("{#")
    assert [name for name in re.findall(r"\{% macro (\w+)", text) if name[0] != "_" and f"{name}(" not in told] == []


def test_each_sheet_and_script_is_loaded_once():
    head = (TEMPLATES / "layout" / "head.html").read_text(encoding="utf-8")
    lists = [re.findall(r"'([\w-]+)'", found) for found in re.findall(r"for \w+ in \(([^)]*)\)", head)]
    imported = {
        name for path in SCRIPTS for name in re.findall(r'from "\./([\w-]+)\.js"', path.read_text(encoding="utf-8"))
    }
    assert sorted(lists[0]) == sorted(path.stem for path in (STATIC / "css").glob("*.css"))
    assert {*lists[1], "theme", *imported} == {path.stem for path in SCRIPTS}
    assert all(len(names) == len(set(names)) for names in lists)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_what_it_does_and_evaluates_no_text(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("// ")
    assert not re.search(r"\beval\(|new Function|setAttribute\(.style|document\.write|insertAdjacentHTML", text)


@pytest.mark.parametrize("path", sorted((STATIC / "css").glob("*.css")), ids=lambda path: path.name)
def test_a_sheet_says_what_it_is_for_and_stays_in_a_layer(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("/* ")
    assert path.stem == "fonts" or "@layer" in text
    outside = re.sub(r"@layer [\w, ]+;", "", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    depth = 0
    for line in outside.splitlines():
        if depth == 0 and line.strip():
            assert line.startswith(("@layer ", "@font-face ")), line
        depth += line.count("{") - line.count("}")
    assert depth == 0


@pytest.mark.parametrize("folder", sorted((STATIC / "vendor").iterdir()), ids=lambda folder: folder.name)
def test_what_is_vendored_has_its_licence_and_says_where_it_comes_from(folder: Path):
    assert (folder / "LICENSE").stat().st_size > 200
    assert re.search(r"npm package `[^`]+` *\d|npm package `[^`]+`:|`[^`]+` \d", (folder / "README.md").read_text())


def test_colours_are_named_once():
    sheets = [path for path in (STATIC / "css").glob("*.css") if path.stem not in {"tokens", "person", "dialog"}]
    assert [path.name for path in sheets if re.search(r"oklch\(|#[0-9a-f]{3,8}\b|rgb\(", path.read_text())] == []
