"""A bar on standard error while something takes its time; nothing where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def steps(count: int) -> Iterator[Callable[[str], None]]:
    """Gives a function to call with the name of each step as it begins."""
    if not sys.stderr.isatty():
        yield _silent
        return
    with click.progressbar(length=count, file=sys.stderr, show_eta=False, show_percent=False) as bar:
        begun = 0

        def step(name: str) -> None:
            nonlocal begun
            bar.label = name
            bar.update(1 if begun else 0)
            bar.render_progress()
            begun += 1

        yield step
        bar.label = "Done"
        bar.update(count)


@contextmanager
def counting(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """Gives a function to call with how much of the length is done."""
    if not sys.stderr.isatty() or not length:
        yield _quiet
        return
    with click.progressbar(length=length, file=sys.stderr, label=label) as bar:

        def told(done: int) -> None:
            bar.update(max(0, min(done, length) - bar.pos))

        yield told


def _quiet(done: int) -> None:
    """Nobody watches."""


def _silent(name: str) -> None:
    """Nobody watches."""
