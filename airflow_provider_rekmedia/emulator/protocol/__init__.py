"""Requests, responses and errors in AWS's formats."""
