"""SQLite for several processes: a current library, and a fair lock around write transactions."""
