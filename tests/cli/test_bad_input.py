"""Files that nobody should write: refused with a place and a remedy, nothing changed, in bounded time and memory."""

import gzip
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from impactline.base.models import Event
from tests.cli.conftest import Run
from tests.effort import CPU_SECONDS_MAX, within_a_minute
from tests.exchange.installations import imported
from tests.exchange.test_importing import HEAD, WAITING, with_key_result

MEMORY_MAX = 700_000_000
LAUGHS = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)

BAD: dict[str, tuple[str | bytes, str]] = {
    "a day that is none": (WAITING.replace("2026-10-06", "2026-02-30"), ":19:"),
    "a cycle that ends before it starts": (WAITING.replace("2026-12-31", "2026-09-01"), ":4:"),
    "weights beyond 100": (
        HEAD + "objectives:\n  - {ref: o, title: O, cycle: 2026-Q4, key_results: [{ref: a, title: A, weight: 70},"
        " {ref: b, title: B, weight: 40}]}\n",
        "more than 100 %",
    ),
    "a weight of 101": (with_key_result("weight: 101"), "is not between 0 and 100"),
    "objectives in a circle": (
        HEAD + "objectives:\n  - {ref: a, title: A, cycle: 2026-Q4, supports: [b]}\n"
        "  - {ref: b, title: B, cycle: 2026-Q4, contributes_to: [{objective: a}]}\n",
        "in a circle",
    ),
    "a cycle that is not there": (WAITING.replace("cycle: 2026-Q4", "cycle: 2026-Q5"), "Did you mean “2026-Q4”?"),
    "a ref taken twice": (WAITING.replace("ref: wait-days", "ref: waiting"), "is taken by an objective"),
    "a key that is not known": (WAITING.replace("    kind:", "    kindness:"), "Did you mean “kind”?"),
    "a key twice": (WAITING.replace("    kind: committed", "    title: Again"), "stands twice, first in line 7"),
    "NaN": (with_key_result("baseline: .nan, target: 1"), "is not a finite number"),
    "infinity": (with_key_result("baseline: 0, target: .inf"), "is not a finite number"),
    "10^400": (with_key_result("baseline: 0, target: 1e400"), "too large"),
    "sixteen digits": (with_key_result("baseline: 0, target: 1234567890123456"), "too large"),
    "a title of 200 kB": (WAITING.replace("Nobody waits in pain", "x" * 200_000), "200,000 characters"),
    "a title of nothing to be seen": (WAITING.replace("Nobody waits in pain", '"\\u200b\\u200f"'), "is empty"),
    "a mark that turns the direction": (WAITING.replace("Nobody", '"No\\u202ebody').replace("pain", 'pain"'), "U+202E"),
    "a control character": (WAITING.replace("Nobody waits in pain", '"Nobody\\x07"'), "U+0007"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    "a compressed file": (gzip.compress(WAITING.encode()), "a compressed file"),
    "a database": (b"SQLite format 3\x00" + bytes(100), "a database"),
    "UTF-16": (WAITING.encode("utf-16"), "UTF-16"),
    "Latin-1": ("impactline: 1\norganisation: {name: Köln}\n".encode("latin-1"), "is not UTF-8"),
    "a web page": ("<!doctype html><title>OKRs</title>", "HTML"),
    "nothing": ("", "is empty"),
    "a list": ("- a\n- b\n", "does not hold keys"),
    "another version": (WAITING.replace("impactline: 1", "impactline: 2"), "Format version 2 is not known"),
    "a billion laughs": ("impactline: 1\n" + LAUGHS, "x.yaml:"),
    "10,000 levels of lists": ("impactline: 1\nteams: " + "[" * 10_000 + "]" * 10_000, "levels deep"),
    "10,000 levels of JSON": ('{"impactline": 1, "teams": ' + "[" * 10_000 + "]" * 10_000 + "}", "levels deep"),
    "10,000 levels of mappings": ("impactline: 1\nteams: " + "{a: " * 10_000 + "}" * 10_000, "levels deep"),
    "a tag that would run a program": ("impactline: 1\nteams: !!python/object/apply:os.system [id]\n", "x.yaml:2"),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_and_nothing_is_changed(run: Run, tmp_path: Path, name: str):
    imported(HEAD)
    before = Event.objects.count()
    content, words = BAD[name]
    file = tmp_path / "x.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    with within_a_minute():  # parsers in C
        told = run("import", file)
    assert (told.exit_code, told.stdout) == (2, ""), told.stdout
    assert words in told.stderr
    assert f"error: {file}" in told.stderr
    assert "nothing was changed" in told.stderr
    assert len(told.stderr) < 40_000
    assert Event.objects.count() == before


def test_right_to_left_and_combining_text_is_kept_as_it_is(run: Run, tmp_path: Path):
    file = tmp_path / "x.yaml"
    title = "لا أحد ينتظر · אף אחד · n\u0303 · 👩\u200d👩\u200d👧"
    file.write_text(WAITING.replace("Nobody waits in pain", title))
    assert run("import", file).exit_code == 0
    assert run("export").stdout.count(title.replace("n\u0303", "ñ")) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ten million short lines", "more than"),
        ("one line of forty megabytes", "more than 10 MB"),
        ("a million empty lists", "x.yaml"),
    ],
)
def test_memory_stays_bounded(tmp_path: Path, name: str, words: str):
    file = tmp_path / "x.yaml"
    content = {
        "ten million short lines": "impactline: 1\nteams:\n" + "- {ref: a}\n" * 900_000,
        "one line of forty megabytes": "impactline: 1\nteams: " + "x" * 40_000_000,
        "a million empty lists": "impactline: 1\nteams: [" + "[]," * 1_000_000 + "]",
    }[name]
    file.write_text(content)
    told = subprocess.run(
        [Path(sys.executable).with_name("impactline"), "import", "--plan", file],
        env={"PATH": "/usr/bin:/bin", "IMPACTLINE_DATA": str(tmp_path / "data")},
        preexec_fn=_bounded,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2, told.stderr[-2000:]
    assert words in told.stderr


def _bounded() -> None:
    """So much memory, and a minute of CPU, at most."""
    resource.setrlimit(resource.RLIMIT_AS, (2 * MEMORY_MAX, 2 * MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
