"""Each client of the tests builds its own chain of middleware: the static files in it are looked through once."""

from whitenoise.base import StaticFile, WhiteNoise


def look_once() -> None:
    """From now on WhiteNoise knows the files of a folder once it has looked through it."""
    look = WhiteNoise.update_files_dictionary
    known: dict[tuple[str, str], dict[str, StaticFile]] = {}

    def update(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in known:
            look(self, root, prefix)
            known[root, prefix] = dict(self.files)
        self.files.update(known[root, prefix])

    WhiteNoise.update_files_dictionary = update
