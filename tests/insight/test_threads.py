"""Numpy does not spend threads on small matrices."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("given", "used"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_numpy_works_with_one_thread_unless_it_is_told_otherwise(given: dict[str, str], used: str) -> None:
    elsewhere = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    said = "import os, impactline; print(os.environ['OPENBLAS_NUM_THREADS'])"
    told = subprocess.run(
        [sys.executable, "-c", said], env=elsewhere | given, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == used
