"""Explanations and formulas for people: as text, HTML, LaTeX and JSON."""
