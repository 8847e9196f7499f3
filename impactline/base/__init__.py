"""The ground floor: event log, refs, errors, settings from the environment, the database backend."""
