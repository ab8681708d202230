"""Books written by hand, each with what a sensible adviser would say of it in expectations.csv."""
