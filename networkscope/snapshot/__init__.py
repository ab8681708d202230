"""What was known at one instant? Tables validated once, cut off once, prepared once."""
