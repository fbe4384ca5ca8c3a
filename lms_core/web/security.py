"""Headers that every answer carries."""

from __future__ import annotations

from flask import Flask, Response, request

from lms_core.config import Settings

CONTENT_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in CONTENT_SOURCES.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT = "Strict-Transport-Security"


def protect(app: Flask, settings: Settings) -> None:
    everywhere = HEADERS | ({STRICT: "max-age=31536000"} if settings.secure_cookies else {})
    dynamic = everywhere | {"Cache-Control": "no-store"}

    def add_headers(response: Response) -> Response:
        present = {name.lower() for name, _ in response.headers}
        for name, value in (everywhere if request.endpoint == "static" else dynamic).items():
            if name.lower() not in present:
                response.headers.add(name, value)
        return response

    app.after_request(add_headers)
