"""Checks of what is served: the same listed bytes for everybody, nothing beside, known headers.

The chain that they make: what visitors got = the manifests (`files.served`) = the log's newest
RELEASE and SITE (`files.logged`) = what the auditor's own program builds (`files.rebuilt`).
"""

from __future__ import annotations

import hashlib

from clientlib.audit.check import Findings, NotRun, Outcome, Words
from clientlib.audit.crawl import MANIFESTS, Crawl, Given
from clientlib.audit.headers import faults_of, promised_headers
from clientlib.audit.outside import HEADERS_PATH, SITE_PATH, Outside
from clientlib.audit.references import references_of
from clientlib.audit.visitors import Visitor, missed_share, pick

EXIT_PATH = "/exit"
EXIT_STATUS = 303
_OK = 200
# What no service of this program serves; some are where attacks on pages begin (service workers).
UNLISTED = (
    "/sw.js",
    "/service-worker.js",
    "/serviceworker.js",
    "/worker.js",
    "/index.html",
    "/robots.txt",
    "/favicon.ico",
    "/manifest.json",
    "/.git/HEAD",
    "/.env",
    "/config.toml",
    "/schema.sql",
    "/data/relay.sqlite",
    "/static/",
    "/metrics",
    "/admin",
    "/server-status",
    "/debug",
    "/MANIFEST.code.json.br",
    "/.well-known/security-backdoor.js",
)


async def served(audit: Outside) -> Outcome:
    """Compare what everybody was given with the manifests."""
    found = Findings()
    crawled = await audit.crawl()
    for path in MANIFESTS:
        if len(crawled.given[path]) > 1:
            _tell_different(found, crawled, path, None)
        found.fact(path, hashlib.sha384(crawled.manifests[path]).hexdigest())
    for path, digest in sorted(crawled.listed.items()):
        others = [one for one in crawled.given[path] if one.digest != digest or not _is_whole(one)]
        if others:
            _tell_different(found, crawled, path, digest)
        kinds = sorted({one.digest for one in crawled.given[path]})
        found.fact(path, " ".join(kinds))
    return found.outcome(_tried(audit, crawled))


async def listed(audit: Outside) -> Outcome:
    """Look for files that pages lead to or that answer, and that no manifest lists."""
    found = Findings()
    crawled = await audit.crawl()
    known = {*crawled.listed, *MANIFESTS}
    # The quick exit leads away; where to is published.
    exit_url = (await audit.published_json(SITE_PATH)).get("exit_url")
    looked = 0
    for path in crawled.listed:
        body = crawled.body(path)
        for target in references_of(path, body) if body is not None else ():
            looked += 1
            is_exit = path == EXIT_PATH and target == exit_url
            if target not in known and not target.startswith(_OPEN_PATHS) and not is_exit:
                found.add(
                    Words(
                        de=f"{path} verweist auf {target}; das steht in keiner Dateiliste.",
                        en=f"{path} refers to {target}, which no list of files names.",
                    ),
                    path=path,
                    target=target,
                )
    folder = next((one.rsplit("/", 1)[0] for one in crawled.listed if "/static/" in one), "")
    guesses = [one for one in (*UNLISTED, f"{folder}/extra.js") if one not in known]
    for path in guesses:
        answer = await audit.fetcher.get(path, pick(crawled.visitors, audit.rand))
        if answer.status != 404:
            found.add(
                Words(
                    de=f"Unter {path} antwortet etwas, das in keiner Dateiliste steht.",
                    en=f"Something answers at {path} that no list of files names.",
                ),
                path=path,
                status=answer.status,
                sha384=hashlib.sha384(answer.body).hexdigest(),
            )
    return found.outcome(
        Words(
            de=f"{looked} Verweise in {len(crawled.listed)} Dateien verfolgt, {len(guesses)} Pfade "
            "angefragt, die es nicht geben darf.",
            en=f"Followed {looked} references in {len(crawled.listed)} files, asked for "
            f"{len(guesses)} paths that must not exist.",
        )
    )


async def headers(audit: Outside) -> Outcome:
    """Compare every answer's headers with the published table, and the table with the least."""
    found = Findings()
    crawled = await audit.crawl()
    table = await audit.published_json(HEADERS_PATH)
    answers = 0
    for path in (*crawled.listed, *MANIFESTS):
        promised = promised_headers(table, path)
        if promised is None:
            found.add(
                Words(
                    de=f"Für {path} ist nicht veröffentlicht, mit welchen Kopfzeilen es kommt.",
                    en=f"It is not published with which headers {path} comes.",
                ),
                path=path,
            )
            continue
        body = crawled.body(path) if path in crawled.listed else None
        is_secure = audit.url.startswith("https:")
        for given, who in crawled.given[path].items():
            answers += len(who)
            for fault in faults_of(promised, given.headers, body, is_secure=is_secure):
                found.add(
                    Words(
                        de=f"{path}: {fault.words.de} (bei {len(who)} von "
                        f"{len(crawled.visitors)} Abrufen)",
                        en=f"{path}: {fault.words.en} (in {len(who)} of "
                        f"{len(crawled.visitors)} fetches)",
                    ),
                    path=path,
                    **fault.evidence,
                    visitor=_visitor(who[0]),
                )
    return found.outcome(
        Words(
            de=f"Die Kopfzeilen von {answers} Antworten mit der veröffentlichten Tabelle und mit "
            "den Mindestregeln dieses Programms verglichen.",
            en=f"Compared the headers of {answers} answers with the published table and with this "
            "program’s least rules.",
        )
    )


async def logged(audit: Outside) -> Outcome:
    """Compare the served manifests with what root and admin have put into the log."""
    found = Findings()
    crawled = await audit.crawl()
    view = await audit.view()
    release, site = view.release(), view.site()
    if release is None or site is None:
        raise NotRun(
            Words(
                de="Im Verzeichnis steht noch keine Programmfassung und keine Fassung der Seiten.",
                en="The log does not name a release of the program and of the pages yet.",
            )
        )
    code, pages = (hashlib.sha384(crawled.manifests[one]).digest() for one in MANIFESTS)
    on = view.released(site.release)
    if on is None or on.manifest != code:
        found.add(
            Words(
                de="Das ausgelieferte Programm ist nicht das, auf dem die Seiten laut Verzeichnis "
                "stehen.",
                en="The program that is served is not the one that the log names for these pages.",
            ),
            served=code.hex(),
            logged=on.manifest.hex() if on else "",
            tag=on.tag if on else "",
        )
    if site.manifest != pages:
        found.add(
            Words(
                de="Die ausgelieferten Seiten sind nicht die, die die Verwaltung ins Verzeichnis "
                "eingetragen hat.",
                en="The pages that are served are not those that an admin entered into the log.",
            ),
            served=pages.hex(),
            logged=site.manifest.hex(),
        )
    published = await audit.published(SITE_PATH)
    if hashlib.sha384(published).digest() != site.site_json:
        found.add(
            Words(
                de="Die veröffentlichte site.json ist nicht die eingetragene.",
                en="The published site.json is not the one in the log.",
            ),
            served=hashlib.sha384(published).hexdigest(),
            logged=site.site_json.hex(),
        )
    newest = release[1].tag
    found.fact("tag", on.tag if on else "")
    return found.outcome(
        Words(
            de=f"Beide Dateilisten und site.json mit den Einträgen im Verzeichnis verglichen; "
            f"neueste Programmfassung dort: {newest}.",
            en=f"Compared both manifests and site.json with the log; its newest release: {newest}.",
        )
    )


def _is_whole(given: Given) -> bool:
    return given.status in (_OK, EXIT_STATUS)


def _tell_different(found: Findings, crawled: Crawl, path: str, digest: str | None) -> None:
    """Note which visitors were given something else; without a digest, than most others."""
    ways = crawled.given[path]
    usual = max(ways, key=lambda one: len(ways[one])).digest if digest is None else digest
    others = [(one, who) for one, who in ways.items() if one.digest != usual or not _is_whole(one)]
    if not others:
        return
    count = sum(len(who) for _, who in others)
    first, who = others[0]
    everybody = len(crawled.visitors)
    found.add(
        Words(
            de=f"{path} war bei {count} von {everybody} Abrufen nicht die Datei der Liste.",
            en=f"{path} was not the listed file in {count} of {everybody} fetches.",
        ),
        path=path,
        listed=usual,
        served=first.digest,
        status=first.status,
        visitor=_visitor(who[0]),
    )


def _visitor(one: Visitor) -> str:
    said = "; ".join(f"{name}: {value}" for name, value in one.headers)
    return f"{said}; from {one.source}" if one.source else said


def _tried(audit: Outside, crawled: Crawl) -> Words:
    count = len(crawled.visitors)
    missed = f"{100 * missed_share(count):.2g}"
    sources = len({one.source for one in crawled.visitors})
    return Words(
        de=f"{crawled.fetches} Abrufe: jede der {len(crawled.listed)} Dateien {count}-mal, in "
        f"zufälliger Reihenfolge, mit wechselnden Kopfzeilen und von {sources} Adresse(n). Eine "
        f"Datei, die nur bei jedem zehnten Abruf vertauscht wird, bliebe so mit "
        f"{missed.replace('.', ',')} % Wahrscheinlichkeit unbemerkt.",
        en=f"{crawled.fetches} fetches: each of the {len(crawled.listed)} files {count} times, in "
        f"random order, with varied headers and from {sources} address(es). A file that is swapped "
        f"in one fetch of ten would be missed with a chance of {missed} %.",
    )


_OPEN_PATHS = ("/log/", "/healthz", "/.well-known/vieraugen.json")
