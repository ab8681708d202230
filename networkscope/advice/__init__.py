"""Where do I stand with each person, and what comes next? Standing, moves, drafts."""
