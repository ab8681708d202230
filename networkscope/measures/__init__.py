"""One question each: a snapshot in, a frame out."""
