"""The workbook whose every figure is a formula: from the yellow cells to the settled amounts."""
