"""Alembic migrations and their runner."""
