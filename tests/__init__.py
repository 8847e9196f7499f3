"""The tests; a package with this file, so that no other of that name, which some wheels bring along, stands before it."""
