"""The results chain: inputs, activities, outputs, outcomes, impact, their links, and what these rest on."""
