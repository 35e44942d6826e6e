"""Rows -> text, tables and charts; and the terminal."""
