"""What teams ask of each other, and promise."""
