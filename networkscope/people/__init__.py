"""Who is the same person? Keys, merging, the owner's decisions, pairs to decide, and why."""
