"""Tests of tables and ranks, and adjustment for multiple comparisons."""
