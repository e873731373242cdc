"""The files that colleagues edit, copy from and build on: Word, slides, web page, pictures, workbook."""
