"""The tests: a package by this file, so that none of that name which a wheel brings along stands before it."""
