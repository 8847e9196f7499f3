"""Check-ins, their cadence and the confidence that people state in them."""
