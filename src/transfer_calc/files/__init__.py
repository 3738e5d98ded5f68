"""Files in: what a bureau hands over, refused where it is dangerous, and read as plain sheets of cells."""

from transfer_calc.files.book import Book, Sheet, read_book

__all__ = ["Book", "Sheet", "read_book"]
