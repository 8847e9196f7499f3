"""The two commands: their scripts are POSIX, and cost nothing when there is nothing to do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted(path for path in (ROOT / "bin").iterdir() if path.is_file())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_each_script_is_posix_and_can_be_run(script: Path):
    assert script.read_text().startswith("#!/bin/sh\n")
    assert os.access(script, os.X_OK)
    read = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the real script, a lock, and a uv that only writes down how it was called."""
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "bin" / "bootstrap", tmp_path / "bin")
    (tmp_path / "uv.lock").write_text("version = 1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 1.0.0\n\n- First.\n")
    uv = tmp_path / "uv"
    uv.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "$@" >>calls\nmkdir -p .venv/bin\n'
        "for name in python impactline; do ln -sf /bin/true .venv/bin/$name; done\n"
    )
    uv.chmod(0o755)
    return tmp_path


def _bootstrap(checkout: Path, *arguments: str) -> list[str]:
    """Runs it; how uv was called."""
    (checkout / "calls").write_text("")
    done = subprocess.run(
        [checkout / "bin" / "bootstrap", *arguments],
        env={**os.environ, "UV": str(checkout / "uv")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return (checkout / "calls").read_text().splitlines()


def test_the_first_time_it_installs_what_the_lock_names_and_not_more(checkout: Path):
    (call,) = _bootstrap(checkout)
    assert call.startswith("sync --frozen")
    assert "--no-dev" in call


def test_the_second_time_it_does_nothing(checkout: Path):
    _bootstrap(checkout)
    assert _bootstrap(checkout) == []


def test_a_changed_lock_and_a_new_version_are_installed(checkout: Path):
    _bootstrap(checkout)
    (checkout / "uv.lock").write_text("version = 2\n")
    assert len(_bootstrap(checkout)) == 1
    (checkout / "CHANGELOG.md").write_text("# Changelog\n\n## 1.1.0\n\n- Second.\n\n## 1.0.0\n")
    assert len(_bootstrap(checkout)) == 1
    assert _bootstrap(checkout) == []


def test_what_was_installed_to_develop_stays_so_when_the_lock_moves_on(checkout: Path):
    (call,) = _bootstrap(checkout, "dev")
    assert "--no-dev" not in call
    assert _bootstrap(checkout) == []
    (checkout / "uv.lock").write_text("version = 2\n")
    (call,) = _bootstrap(checkout)
    assert "--no-dev" not in call


def test_without_a_python_that_fits_it_says_what_to_install(checkout: Path):
    (checkout / "tools").mkdir()
    for name in ("sh", "dirname", "cat", "grep", "cksum", "rm"):
        (checkout / "tools" / name).symlink_to(str(shutil.which(name)))
    script = checkout / "bin" / "bootstrap"
    script.write_text(script.read_text().replace("/usr/bin/python3", "/nowhere/python3"))
    told = subprocess.run([script], env={"PATH": str(checkout / "tools")}, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "apt-get install python3 python3-venv" in told.stderr


def test_a_browser_that_is_named_but_is_none_is_told():
    told = subprocess.run(
        [ROOT / "bin" / "chromium"],
        env={**os.environ, "IMPACTLINE_CHROMIUM": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "IMPACTLINE_CHROMIUM" in told.stderr


def test_where_there_is_no_browser_it_is_said_loudly(tmp_path: Path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "grep", "id"):
        (tools / name).symlink_to(Path("/bin" if Path("/bin", name).exists() else "/usr/bin") / name)
    told = subprocess.run(
        [ROOT / "bin" / "chromium"],
        env={"PATH": str(tools), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "NO CHROMIUM" in told.stderr


@pytest.mark.skipif("ID=debian" not in Path("/etc/os-release").read_text(), reason="this is not Debian")
def test_as_root_on_debian_a_missing_browser_is_installed(tmp_path: Path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "grep", "cat", "chmod"):
        (tools / name).symlink_to(str(shutil.which(name)))
    stubs = {
        "id": "echo 0",
        "apt-get": f'echo "apt-get $*" >>{tmp_path}/calls; [ "$1" = install ] || exit 0; '
        f"printf '#!/bin/sh\\necho Chromium 1\\n' >{tools}/chromium; chmod +x {tools}/chromium",
    }
    for name, body in stubs.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    checkout = tmp_path / "checkout"
    (checkout / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "bin" / "chromium", checkout / "bin")

    done = subprocess.run(
        [checkout / "bin" / "chromium", "--install"],
        env={"PATH": str(tools), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tools / "chromium")
    assert (tmp_path / "calls").read_text().splitlines() == [
        "apt-get update -q",
        "apt-get install -q -y --no-install-recommends chromium",
    ]
