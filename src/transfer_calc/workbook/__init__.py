"""Workbooks out: a result as a workbook that a bureau can send on."""
