"""Alembic's entry: runs on the connection that the runner hands over."""

from alembic import context

from lms_core.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
