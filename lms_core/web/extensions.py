"""Flask extensions, in a leaf module."""

from __future__ import annotations

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from lms_core.domain.names import LONGEST_EMAIL, normal_email

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, in_memory_fallback_enabled=True)


def address_and_email() -> str:
    """A whole office signs in from one address: the limit is per account and address."""
    return f"{get_remote_address()} {normal_email(request.form.get('email', '')[:LONGEST_EMAIL])}"
