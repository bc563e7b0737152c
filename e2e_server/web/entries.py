"""The entry modules of the pages, and what each imports as its first act."""

from __future__ import annotations

EXIT_JS = "js/exit.js"
PORTAL_JS = "js/portal.js"
SEEKER_JS = "js/seeker.js"
ACCESS_JS = "js/access.js"
VERIFY_JS = "js/verify.js"
WORKSPACE_JS = "js/workspace.js"
ENROLMENT_JS = "js/enrolment.js"
# What an application imports as its first act.
FIRST_ACTS = {
    SEEKER_JS: ("js/core/line.js", "js/features/live/model.js", "text/{language}.js"),
    ACCESS_JS: (
        "js/features/accounts/model.js",
        "text/{language}.js",
        "text/access-{language}.js",
        "text/accessforms-{language}.js",
    ),
    WORKSPACE_JS: (
        "js/features/workspace/model.js",
        "text/{language}.js",
        "text/workspace-{language}.js",
    ),
    ENROLMENT_JS: (
        "js/features/enrolment/model.js",
        "text/{language}.js",
        "text/accessforms-{language}.js",
        "text/enrolment-{language}.js",
    ),
}
