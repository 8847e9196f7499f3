"""Impactline: objectives and key results, tied from inputs to impact."""
