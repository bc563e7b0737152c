"""Reads what the organisation left for the relay: site.json."""

from __future__ import annotations

from pathlib import Path

from e2e_server.config import Settings
from e2e_server.kernel.errors import StartError
from e2e_server.kernel.site import OpenHours, Portal, Promises, Site
from e2e_server.web import SiteError, load_site


def load_relay_site(path: Path) -> Site:
    """Return what the relay needs of site.json; StartError names what is wrong."""
    try:
        loaded = load_site(path)
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}") from error
    except SiteError as error:
        raise StartError(str(error)) from error
    return Site(
        fingerprint=bytes.fromhex(loaded.fingerprint),
        deployment_id=bytes.fromhex(loaded.deployment_id),
        portals=tuple(
            Portal(
                portal16=bytes.fromhex(portal.portal16),
                team16=bytes.fromhex(portal.team16),
                leads16=bytes.fromhex(portal.leads16),
                level=portal.level,
                hours=tuple(
                    OpenHours(
                        weekday=span.weekday,
                        opens_minute=span.opens_minute,
                        closes_minute=span.closes_minute,
                    )
                    for span in portal.hours
                ),
                always=portal.always,
                is_audit=portal.audit,
            )
            for portal in loaded.portals
        ),
        retention_hours=loaded.retention_hours,
        promises=Promises(
            chat_minutes=loaded.limits.chat_minutes,
            confirm_minutes=loaded.limits.confirm_minutes,
            place_minutes=loaded.limits.place_minutes,
            resume_minutes=loaded.limits.resume_minutes,
            unaccepted_days=loaded.limits.unaccepted_days,
            idle_days=loaded.limits.idle_days,
        ),
    )


def check_promises(site: Site, settings: Settings) -> None:
    """StartError when the pages promise people another length of time than the relay keeps."""
    promised = {
        "chat_minutes": site.promises.chat_minutes,
        "confirm_minutes": site.promises.confirm_minutes,
        "resume_minutes": site.promises.resume_minutes,
        "unaccepted_days": site.promises.unaccepted_days,
        "idle_days": site.promises.idle_days,
        "retention_hours": site.retention_hours,
    }
    for name, value in promised.items():
        if value != getattr(settings, name):
            raise StartError(
                f"site.json promises {name} {value}, but the configuration says "
                f"{getattr(settings, name)}; make them equal and run e2e-server build-web"
            )
