"""Reports that are taken out: the figures of a page as a document to sign and as a workbook."""
