"""The house: floors, pure modules, names, sizes, reasons. What a machine can hold, it holds here."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "impactline"
LINES_MAX = 400
FUNCTION_LINES_MAX = 60
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "core",
    "common",
    "services",
    "service",
    "managers",
    "manager",
    "misc",
}
DOORS = ("web", "api", "cli", "mcp")
GUARDED = {"Objective", "KeyResult"}

MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts and "__pycache__" not in path.parts
)


@cache
def _tree(path: Path) -> ast.Module:
    """What Python makes of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


# --- the floors ---


def _floors(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Runs import-linter on the package in `folder` with the contracts of the house."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", ROOT / ".importlinter", "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy_of_the_house(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("static", "templates", "__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "impactline", ignore=ignored)
    return tmp_path


def test_imports_go_down_the_floors_only():
    told = _floors(ROOT)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("base/errors.py", "import impactline.people.models", "Imports go down the floors"),
        ("people/queries.py", "import impactline.okrs.models", "Imports go down the floors"),
        ("okrs/verbs.py", "import impactline.web", "Imports go down the floors"),
        ("attic/__init__.py", "", "Imports go down the floors"),
        ("okrs/pace.py", "import django.utils.timezone", "import no Django"),
        ("okrs/pace.py", "from impactline.okrs import models", "import no Django"),
        ("metrics/models.py", "def late():\n    import impactline.okrs.models", "Imports go down the floors"),
        ("okrs/bands.py", "from impactline.okrs import pace", "import each other in a ring"),
    ],
)
def test_an_import_that_breaks_a_contract_is_seen(copy_of_the_house: Path, module: str, line: str, contract: str):
    broken = copy_of_the_house / "impactline" / module
    broken.parent.mkdir(exist_ok=True)
    with broken.open("a") as file:
        file.write(f"\n{line}\n")

    told = _floors(copy_of_the_house)

    assert told.returncode == 1
    assert re.search(rf"^.*{contract}.* BROKEN$", told.stdout, re.MULTILINE), told.stdout


def test_pure_modules_can_be_imported_where_there_is_no_django():
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in _pure_modules()]
    program = (
        "import importlib, sys\n"
        "for name in ('django', 'ninja', 'axes', 'psycopg', 'pysqlite3'):\n"
        "    sys.modules[name] = None\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
    )
    tried = subprocess.run(
        [sys.executable, "-c", program, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert names
    assert tried.returncode == 0, tried.stderr


def test_a_module_listed_as_impure_is_there_and_needs_to_be_listed():
    graph = grimp.build_graph("impactline", include_external_packages=True)
    needless = [
        name
        for name in _contract_of_purity()["impure_modules"]
        if not any(
            graph.find_shortest_chain(importer=module, imported="django")
            for module in ({name} | graph.find_descendants(name)) & graph.modules
        )
    ]
    assert needless == []


def _contract_of_purity() -> dict[str, list[str]]:
    """What .importlinter says of pure modules: rooms, impure names, impure modules."""
    text = (ROOT / ".importlinter").read_text()
    contract = text.split("[importlinter:contract:pure]")[1].split("[importlinter:")[0]
    return {
        key: re.findall(r"^    ([\w.]+)$", lines, re.MULTILINE)
        for key, lines in re.findall(r"^(\w+) =\n((?:    .*\n|#.*\n)+)", contract, re.MULTILINE)
    }


def _pure_modules() -> Iterator[Path]:
    listed = _contract_of_purity()
    impure = {PACKAGE.parent / name.replace(".", "/") for name in listed["impure_modules"]}
    yield from (ROOT / (name.replace(".", "/") + ".py") for name in listed["pure_modules"])
    for path in MODULES:
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if len(parts) < 2 or parts[0] not in listed["rooms"] or set(parts[1:]) & set(listed["impure_names"]):
            continue
        if not any(path.with_suffix("") == name or name in path.parents for name in impure):
            yield path


# --- names, sizes, reasons ---


def test_no_module_is_named_like_a_drawer():
    named = [
        str(path.relative_to(ROOT))
        for folder in (PACKAGE, ROOT / "tests", ROOT / "docs")
        for path in folder.rglob("*")
        if path.stem in DRAWERS and (path.is_dir() or path.suffix == ".py") and "__pycache__" not in path.parts
    ]
    assert named == []


def test_every_folder_of_the_package_is_a_package():
    bare = {str(path.parent.relative_to(ROOT)) for path in MODULES if not (path.parent / "__init__.py").exists()}
    assert bare == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_module_says_what_it_is_for_and_is_not_too_long(path: Path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree) or not tree.body, "the first line of a module says what it is for"
    if text.count("\n") > LINES_MAX:
        assert re.search(r"^# Long because .{10,}", text, re.MULTILINE), (
            f"{text.count(chr(10))} lines: split it, or say why in a comment “# Long because …”"
        )
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert long == []


def test_doors_find_by_name_what_may_be_private_through_its_guard_only():
    """`key_result_for(person, ref)` and the like: absent and forbidden look alike.

    A door may follow ids that a guarded query gave it; what stands in an address or a form is no such id.
    """
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if path.relative_to(PACKAGE).parts[0] in DOORS
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and any((keyword.arg or "").startswith("ref") for keyword in node.keywords)
        and any(
            isinstance(part, ast.Attribute)
            and part.attr in {"objects", "_default_manager"}
            and isinstance(part.value, ast.Name)
            and part.value.id in GUARDED
            for part in ast.walk(node.func)
        )
    ]
    assert found == []


def test_doors_change_nothing_by_themselves():
    """Changes are actions. The API's memory of repeated requests is its own."""
    changed = [
        f"{path.relative_to(ROOT)}:{node.lineno} .{node.func.attr}()"
        for path in MODULES
        if path.relative_to(PACKAGE).parts[0] in DOORS and path != PACKAGE / "api" / "repeats.py"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    ]
    assert changed == []


def test_actions_take_keywords_only_and_are_told_the_moment():
    loose = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in MODULES
        if "actions" in path.relative_to(PACKAGE).with_suffix("").parts[1:]
        for node in _tree(path).body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(name, ast.Name) and name.id == "action" for name in node.decorator_list)
        if node.args.args or node.args.posonlyargs or "at" not in {a.arg for a in node.args.kwonlyargs}
    ]
    assert loose == []


def test_pure_modules_know_neither_clock_nor_chance():
    """Time, chance and the network enter at the doors and the worker only."""
    banned = {"random", "secrets", "socket", "urllib.request", "http.client", "requests", "httpx", "time"}
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in _pure_modules()
        for name, line in _imports(path)
        if name in banned and path.relative_to(PACKAGE).as_posix() != "base/environ.py"
    ]
    clocks = [
        f"{path.relative_to(ROOT)}:{node.lineno} .{node.func.attr}()"
        for path in _pure_modules()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow"}
    ]
    assert found + clocks == []


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def test_each_dependency_says_why_it_is_there():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads("\n".join(lines))
    named = [
        *project["project"]["dependencies"],
        *(name for extra in project["project"]["optional-dependencies"].values() for name in extra),
        *(name for group in project["dependency-groups"].values() for name in group if isinstance(name, str)),
    ]
    without = [
        name
        for name in named
        if not name.startswith("impactline[")
        and not _has_a_reason(lines, next(i for i, line in enumerate(lines) if line.startswith(f'  "{name}"')))
    ]
    assert without == []


def _has_a_reason(lines: list[str], at: int) -> bool:
    """A sentence stands above the dependency, or above the ones directly before it."""
    while at > 0 and lines[at].lstrip().startswith('"'):
        at -= 1
    return lines[at].lstrip().startswith("# ")


@pytest.mark.parametrize("folder", ["impactline", "tests", "docs", "bin"])
def test_nothing_is_left_for_later(folder: str):
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and path.suffix in {".py", ".js", ".css", ".html", ".md", ".sh", ""}
        and path != Path(__file__)
        if "vendor" not in path.parts and "__pycache__" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if words.search(line)
    ]
    assert left == []


# --- documentation ---


def test_each_setting_of_the_code_is_declared():
    """Nobody reads the environment behind the back of `base.environ.setting`."""
    allowed = {"base/environ.py", "settings.py", "asgi.py"}
    readers = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if path.relative_to(PACKAGE).as_posix() not in allowed
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]
    assert readers == []


def test_links_between_our_own_pages_lead_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_each_decision_has_a_number_of_its_own_and_is_listed():
    pages = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    listed = re.findall(r"\]\(([0-9][^)]*\.md)\)", (ROOT / "docs" / "adr" / "README.md").read_text())
    assert listed == pages
    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))


def test_the_licence_is_the_text_that_the_metadata_name():
    text = (ROOT / "LICENSE").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "AGPL-3.0-or-later"
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert len(text.splitlines()) == 661
