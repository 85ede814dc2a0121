"""Sensors that wait for a job which another task started."""
