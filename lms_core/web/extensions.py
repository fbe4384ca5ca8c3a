"""Flask extensions, in a leaf module."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from lms_core.domain.names import LONGEST_EMAIL, normal_email

HOST_BITS = 64


def network() -> str:
    """Return who is counted: the address, of IPv6 the /64, for a single customer is given as many addresses."""
    text = get_remote_address()
    try:
        address = ip_address(text)
    except ValueError:  # a unix socket, or a proxy that says "unknown"
        return text
    if not isinstance(address, IPv6Address):
        return text
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(IPv6Address(int(address) >> HOST_BITS << HOST_BITS))


def address_and_email() -> str:
    """A whole office signs in from one address: the limit is per account and address."""
    return f"{network()} {normal_email(request.form.get('email', '')[:LONGEST_EMAIL])}"


csrf = CSRFProtect()
limiter = Limiter(key_func=network, in_memory_fallback_enabled=True)
