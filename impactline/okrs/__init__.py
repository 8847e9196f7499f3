"""Strategic priorities, cycles, objectives, key results, alignment and scoring."""
