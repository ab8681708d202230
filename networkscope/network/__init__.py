"""Who links whom? Graph, communities, brokers, constraint, paths."""
