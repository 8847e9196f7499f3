"""Impactline: objectives and key results, tied from inputs to impact."""

import os

# Before numpy is loaded: the matrices of forecasts are small, and threads of its own cost thrice what they save.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
