"""The headers that every answer has."""

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

EXPOSED = {"Access-Control-Expose-Headers": "ETag, Link, Location, Allow, X-Request-Id"}
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "DELETE, GET, HEAD, OPTIONS, POST, PUT",
    "Access-Control-Max-Age": "86400",
}


def cors_headers(allowed: tuple[str, ...], origin: str | None) -> dict[str, str]:
    """Return the headers that let pages of other origins read an answer, never with credentials."""
    if "*" in allowed:
        return {"Access-Control-Allow-Origin": "*", **EXPOSED}
    if origin in allowed:
        return {"Access-Control-Allow-Origin": str(origin), **EXPOSED}
    return {}
