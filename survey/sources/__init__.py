"""Answers that an engine holds, too many for memory: counted there, and coded, screened and weighted here.

An engine puts people alike in all they answered in one row; what comes out is an `Export` like any
other, with a count. DuckDB reads folders of Parquet or CSV and its own tables; Spark the same folders.
"""
