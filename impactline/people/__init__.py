"""People, teams, the organisation, roles and tokens."""
