"""The reading layer: from the bytes of a CSV or XLSX file to sheets of cells. Knows nothing of columns."""
