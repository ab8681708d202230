"""What a notebook or a page shows: tables, sentences, charts, the map, a person."""
