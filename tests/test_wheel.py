"""The wheel holds all that the checkout runs on, and runs without it."""

import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.servers import Server

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; the dependencies are those of the tests: nothing is fetched."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    put = subprocess.run(
        [folder / "bin" / "python", "-m", "pip", "install", "--no-deps", "--no-index", wheel],
        capture_output=True,
        text=True,
        check=False,
    )
    assert put.returncode == 0, put.stderr
    return folder


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package(wheel: Path):
    there = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "impactline").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there - set(zipfile.ZipFile(wheel).namelist()) == set()


@pytest.mark.slow
def test_the_wheel_carries_the_licence_and_the_version_of_the_change_log(wheel: Path):
    version = next(
        line[3:].split()[0] for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## ")
    )
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name == f"impactline-{version}-py3-none-any.whl"
    assert f"impactline-{version}.dist-info/licenses/LICENSE" in names


@pytest.mark.slow
def test_the_installed_wheel_serves_outside_the_checkout(installed: Path, fresh_database: str, tmp_path: Path):
    program = str(installed / "bin" / "impactline")
    with Server(database_url=fresh_database, program=program, folder=tmp_path) as server:
        with urllib.request.urlopen(server.url, timeout=60) as answer:
            page = answer.read().decode()
        assert str(ROOT) not in server.log()
    assert "<html" in page
    assert "/static/" in page
