"""The response headers of every class of path, as data; the HTTP floor sends them unchanged."""

from __future__ import annotations

# Powerful features the product never uses are switched off by name; the rest stay with the page.
_OFF_FEATURES = (
    "geolocation",
    "payment",
    "usb",
    "serial",
    "hid",
    "midi",
    "display-capture",
    "accelerometer",
    "gyroscope",
    "magnetometer",
    "browsing-topics",
    "idle-detection",
    "local-fonts",
    "publickey-credentials-get",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = "camera=(self), microphone=(self), " + ", ".join(
    f"{feature}=()" for feature in _OFF_FEATURES
)
IMMUTABLE = "public, max-age=31536000, immutable"


def content_security_policy(script_hashes: tuple[str, ...] = ()) -> str:
    """One policy for shells and Workers; `script_hashes` allows the inline import map alone."""
    scripts = " ".join(("'self'", "'wasm-unsafe-eval'", *(f"'{one}'" for one in script_hashes)))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "font-src 'self'",
            "connect-src 'self'",
            "media-src 'self' blob:",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types app",
        )
    )


def _common(csp: str, cache_control: str) -> dict[str, str]:
    return {
        "Cache-Control": cache_control,
        "Content-Security-Policy": csp,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Integrity-Policy": "blocked-destinations=(script)",
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }


def shell_headers(script_hashes: tuple[str, ...]) -> dict[str, str]:
    """An HTML page: never kept by a cache, so that nothing of a visit stays in it."""
    return _common(content_security_policy(script_hashes), "no-store")


def code_headers() -> dict[str, str]:
    """Hashed files. A Worker takes its policy from here, hence wasm is allowed here too."""
    return _common(content_security_policy(), IMMUTABLE)


def manifest_headers() -> dict[str, str]:
    return _common(content_security_policy(), "no-cache")


def exit_headers(exit_url: str) -> dict[str, str]:
    """The quick exit: leads on at once and empties what this origin keeps in the browser."""
    headers = _common(content_security_policy(), "no-store")
    headers["Clear-Site-Data"] = '"cookies", "storage"'
    headers["Location"] = exit_url
    return headers
