"""Calls the operations of bulk analysis, and stores submission records."""
