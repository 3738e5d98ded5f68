"""A legal rule set as data: its form, its loading, its plan."""
