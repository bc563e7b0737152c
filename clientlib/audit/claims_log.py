"""The checks of the public log: what each proves and what it cannot."""

from __future__ import annotations

from clientlib.audit import log, logfiles
from clientlib.audit.check import Check, Words
from clientlib.audit.outside import Outside

LOG: tuple[Check[Outside], ...] = (
    Check(
        id="log.organisation",
        title=Words(
            de="Das Verzeichnis gehört der Organisation mit diesem Fingerabdruck",
            en="The log belongs to the organisation with this fingerprint",
        ),
        proves=Words(
            de="Alle Schlüssel von Beratenden lassen sich bis zu den Wörtern zurückverfolgen, die "
            "die Organisation gedruckt oder vorgelesen hat.",
            en="All keys of counsellors can be followed back to the words that the organisation "
            "has printed or read out.",
        ),
        cannot=Words(
            de="Dass hinter einem Zertifikat der richtige Mensch steht. Dafür gibt es die Wörter "
            "jeder Person.",
            en="That the right human stands behind a certificate. The words of each person are "
            "for that.",
        ),
        run=log.organisation,
    ),
    Check(
        id="log.complete",
        title=Words(de="Das Verzeichnis ist vollständig", en="The log is complete"),
        proves=Words(
            de="Zu jedem Eintrag gehört genau der Inhalt, den er nennt; keiner wird verschwiegen.",
            en="Each entry comes with exactly the content it names; none is hidden.",
        ),
        cannot=Words(
            de="Dass es nicht am Ende weitere Einträge gibt, die noch niemandem gezeigt wurden. "
            "Das begrenzen die Zeugen.",
            en="That there are no further entries at the end that nobody has been shown. Witnesses "
            "limit this.",
        ),
        run=log.complete,
    ),
    Check(
        id="log.judged",
        title=Words(de="Jeder Eintrag gilt", en="Every entry counts"),
        proves=Words(
            de="Jede Erklärung trägt die Unterschrift von jemandem, der sie abgeben durfte, und "
            "keine widerspricht einer früheren.",
            en="Each statement bears the signature of somebody who had the right to make it, and "
            "none contradicts an earlier one.",
        ),
        cannot=Words(
            de="Dass die Verwaltung niemanden zu Unrecht eingetragen hat; das steht dann aber für "
            "alle sichtbar da.",
            en="That an admin has certified nobody wrongly; but then it stands there for all to "
            "see.",
        ),
        run=log.judged,
    ),
    Check(
        id="log.signed",
        title=Words(de="Der Stand ist unterschrieben", en="The state is signed"),
        proves=Words(
            de="Der Dienst hat sich mit seiner Unterschrift auf genau dieses Verzeichnis "
            "festgelegt. Zeigt er jemandem ein anderes, lässt sich das beweisen.",
            en="With its signature the service has committed itself to exactly this log. If it "
            "shows somebody another one, that can be proven.",
        ),
        cannot=Words(
            de="Dass er es nicht tut.",
            en="That it does not do so.",
        ),
        run=log.signed,
    ),
    Check(
        id="log.same",
        title=Words(
            de="Wer wieder fragt, bekommt dasselbe Verzeichnis",
            en="Whoever asks again is given the same log",
        ),
        proves=Words(
            de="Mehrere Verbindungen, die nichts voneinander sagen, bekamen dasselbe.",
            en="Several connections that say nothing of one another were given the same.",
        ),
        cannot=Words(
            de="Was andere bekommen. Dafür sind die Zeugen da und der Vergleich in den "
            "Nachrichten selbst.",
            en="What others are given. Witnesses are for that, and the comparison inside the "
            "messages themselves.",
        ),
        run=log.same,
    ),
    Check(
        id="log.static",
        title=Words(
            de="Die Dateien des Verzeichnisses stimmen damit überein",
            en="The log’s files agree with it",
        ),
        proves=Words(
            de="Wer das Verzeichnis mit fremden Werkzeugen liest (C2SP tlog-tiles), liest dasselbe "
            "wie die Programme dieses Dienstes.",
            en="Whoever reads the log with other tools (C2SP tlog-tiles) reads the same as the "
            "programs of this service.",
        ),
        cannot=Words(
            de="Nichts über das hinaus, was im Verzeichnis steht.",
            en="Nothing beyond what stands in the log.",
        ),
        run=logfiles.static,
    ),
    Check(
        id="log.history",
        title=Words(
            de="Das Verzeichnis ist seit dem letzten Mal nur gewachsen",
            en="The log has only grown since last time",
        ),
        proves=Words(
            de="Nichts, was dieser Prüfer früher gesehen hat, wurde geändert oder entfernt.",
            en="Nothing that this auditor saw before was changed or removed.",
        ),
        cannot=Words(
            de="Was vor dem ersten Lauf dieses Prüfers war.",
            en="What was before this auditor’s first run.",
        ),
        run=log.history,
    ),
    Check(
        id="log.witnessed",
        title=Words(
            de="Unabhängige Zeugen haben das Verzeichnis gesehen",
            en="Independent witnesses have seen the log",
        ),
        proves=Words(
            de="So viele Zeugen, wie die Organisation verlangt, haben vor Kurzem unterschrieben, "
            "dass dieses Verzeichnis alles fortsetzt, was sie kannten.",
            en="As many witnesses as the organisation asks for have lately signed that this log "
            "continues all that they knew.",
        ),
        cannot=Words(
            de="Dass die Zeugen vom Betrieb wirklich unabhängig sind.",
            en="That the witnesses are truly independent of the operator.",
        ),
        run=logfiles.witnessed,
    ),
)
