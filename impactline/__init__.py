"""Impactline: objectives and key results, tied from inputs to impact."""

from impactline.base.environ import give

# Before numpy is loaded: the matrices of forecasts are small, and threads of its own cost thrice what they save.
give("OPENBLAS_NUM_THREADS", "1", over=False)
