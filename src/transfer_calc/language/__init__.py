"""One formula, read in several ways: text → nodes → checked → computed."""
