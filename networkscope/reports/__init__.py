"""Notebook to page: run with papermill, export as HTML, the weekly set."""
