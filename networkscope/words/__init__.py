"""What does this message do? For now: what a subject says of it."""
