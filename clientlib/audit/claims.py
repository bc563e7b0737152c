"""The checks from outside, in the order in which they run: what each proves and what it cannot."""

from __future__ import annotations

from clientlib.audit import deletions, files, gone, hostile, rebuilt, trial
from clientlib.audit.check import Check, Words
from clientlib.audit.claims_log import LOG
from clientlib.audit.outside import Outside

_FILES: tuple[Check[Outside], ...] = (
    Check(
        id="files.served",
        title=Words(
            de="Alle bekommen dieselben Dateien, und zwar die der Dateilisten",
            en="Everybody is given the same files, those of the manifests",
        ),
        proves=Words(
            de="Jede Datei, die der Dienst auf seinen Dateilisten nennt, kam bei jedem Abruf Byte "
            "für Byte so an, wie die Liste sagt, mit jeder Art der Verpackung (br, gzip, ohne).",
            en="Each file that the service lists came byte for byte as the list says in every "
            "fetch, in every packing (br, gzip, none).",
        ),
        cannot=Words(
            de="Was jemand anders bekommt, den der Dienst an etwas erkennt, das hier nicht "
            "vorkam. Dafür sind Berichte von mehreren Orten da (»compare«).",
            en="What somebody else is given, whom the service knows by something that did not "
            "occur here. Reports from several places are for that (“compare”).",
        ),
        run=files.served,
    ),
    Check(
        id="files.listed",
        title=Words(
            de="Es gibt keine Dateien neben den Dateilisten",
            en="There are no files beside the manifests",
        ),
        proves=Words(
            de="Keine ausgelieferte Datei verweist auf eine, die nicht auf den Listen steht, und "
            "unter den angefragten anderen Pfaden gibt es nichts.",
            en="No served file refers to one that is not listed, and there is nothing at the other "
            "paths that were tried.",
        ),
        cannot=Words(
            de="Dass es nirgends eine weitere Datei gibt: Wer ihren Namen nicht kennt, kann sie "
            "nicht anfragen. Ohne Verweis lädt sie aber auch kein Browser.",
            en="That there is no further file anywhere: whoever does not know its name cannot ask "
            "for it. But without a reference no browser loads it.",
        ),
        run=files.listed,
    ),
    Check(
        id="files.headers",
        title=Words(
            de="Die Schutz-Kopfzeilen sind da, für alle",
            en="The protecting headers are there, for everybody",
        ),
        proves=Words(
            de="Jede Antwort trug die veröffentlichten Kopfzeilen und keine weiteren: Der Browser "
            "führt nur Programme dieses Dienstes aus, sendet nur an ihn und behält nichts.",
            en="Every answer bore the published headers and no others: the browser runs only this "
            "service’s programs, sends only to it, and keeps nothing.",
        ),
        cannot=Words(
            de="Ob ein bestimmter Browser alle diese Kopfzeilen kennt und befolgt.",
            en="Whether a certain browser knows and obeys all of these headers.",
        ),
        run=files.headers,
    ),
    Check(
        id="files.logged",
        title=Words(
            de="Die Dateilisten stehen im öffentlichen Verzeichnis",
            en="The manifests stand in the public log",
        ),
        proves=Words(
            de="Das Programm ist eine Fassung, die der Wurzelschlüssel der Organisation "
            "freigegeben hat; die Seiten hat die Verwaltung eingetragen. Beides lässt sich später "
            "nicht mehr abstreiten.",
            en="The program is a release signed by the organisation’s root key; an admin entered "
            "the pages. Neither can be denied later.",
        ),
        cannot=Words(
            de="Dass das freigegebene Programm gut ist. Dazu muss man es lesen und selbst bauen.",
            en="That the released program is good. For that one has to read it and build it.",
        ),
        run=files.logged,
    ),
    Check(
        id="files.rebuilt",
        title=Words(
            de="Das Programm im Quelltext erzeugt genau diese Dateien",
            en="The program’s source makes exactly these files",
        ),
        proves=Words(
            de="Was die Organisation freigegeben hat, ist Byte für Byte das, was das Programm in "
            "der Hand des Prüfers aus der veröffentlichten site.json erzeugt.",
            en="What the organisation released is byte for byte what the program in the auditor’s "
            "hands makes from the published site.json.",
        ),
        cannot=Words(
            de="Dass der Prüfer den richtigen Quelltext hat und dass dieser gut ist.",
            en="That the auditor has the right source, and that it is good.",
        ),
        run=rebuilt.rebuilt,
    ),
)
_DELETIONS: tuple[Check[Outside], ...] = (
    Check(
        id="deletions.days",
        title=Words(
            de="Jeder Tag mit seinen Löschungen steht im Verzeichnis",
            en="Each day with its deletions stands in the log",
        ),
        proves=Words(
            de="Der Dienst hat sich für jeden Tag festgelegt, was gelöscht wurde; die Listen "
            "passen dazu. Wer ein Gespräch geführt hat, findet seines darin.",
            en="For each day the service has committed itself to what was deleted; the lists fit. "
            "Whoever had a conversation finds theirs there.",
        ),
        cannot=Words(
            de="Dass niemand eine Kopie behalten hat. Kein Dienst kann das beweisen; eine Kopie "
            "ohne den gelöschten Anteil ist aber nicht zu öffnen.",
            en="That nobody kept a copy. No service can prove that; but a copy without the deleted "
            "share cannot be opened.",
        ),
        run=deletions.days,
    ),
    Check(
        id="deletions.health",
        title=Words(de="Kein Löschen ist überfällig", en="No deletion is overdue"),
        proves=Words(
            de="Der Dienst sagt öffentlich, dass alles gelöscht ist, was gelöscht sein muss.",
            en="The service says in public that all is deleted that must be.",
        ),
        cannot=Words(
            de="Ob das stimmt: Dafür ist die Prüfung auf der Maschine da und die eigene Probe "
            "(Portal »pruefung«).",
            en="Whether this is true: the audit on the machine is for that, and one’s own trial "
            "(portal “pruefung”).",
        ),
        run=deletions.health,
    ),
    Check(
        id="deletions.promised",
        title=Words(
            de="Die Frist bis zum Löschen ist die unterschriebene",
            en="The term until deletion is the signed one",
        ),
        proves=Words(
            de="Die Seiten nennen dieselbe Zahl von Stunden wie die POLICY der Organisation im "
            "Verzeichnis. Nach ihr sagen die Programme, ab wann eine Löschung fehlt.",
            en="The pages name the same number of hours as the organisation’s POLICY in the log. "
            "By it the programs tell from when on a deletion is missing.",
        ),
        cannot=Words(
            de="Ob nach dieser Frist auch gelöscht wird: Das zeigen die Tageslisten und die eigene "
            "Probe.",
            en="Whether deletion happens after that term: the lists of the days and one’s own "
            "trial show that.",
        ),
        run=deletions.promised,
    ),
)
_RELAY: tuple[Check[Outside], ...] = (
    Check(
        id="relay.frames",
        title=Words(
            de="Fehlerhafte Nachrichten werden abgelehnt",
            en="Malformed messages are refused",
        ),
        proves=Words(
            de="Was nicht genau die eine vorgesehene Form hat, nimmt der Dienst nicht an, und er "
            "läuft danach weiter.",
            en="The service takes nothing that does not have exactly the one form, and goes on "
            "afterwards.",
        ),
        cannot=Words(
            de="Dass es keine Nachricht gibt, die ihn doch aus dem Tritt bringt.",
            en="That no message exists that does trip it.",
        ),
        run=hostile.frames,
    ),
    Check(
        id="relay.locked",
        title=Words(
            de="Ohne Recht geht kein Befehl",
            en="No command works without its right",
        ),
        proves=Words(
            de="Jeder Befehl, der eine Anmeldung oder das Geheimnis eines Gesprächs braucht, wird "
            "ohne sie abgelehnt, auch mit einem erfundenen.",
            en="Each command that needs a sign-in or a conversation’s secret is refused without "
            "it, also with one that was made up.",
        ),
        cannot=Words(
            de="Was jemand mit einem gestohlenen Geheimnis kann.",
            en="What somebody can do with a stolen secret.",
        ),
        run=hostile.locked,
    ),
    Check(
        id="relay.alike",
        title=Words(
            de="Wer einen Namen rät, erfährt nicht, ob es ihn gibt",
            en="Whoever guesses a name does not learn whether it exists",
        ),
        proves=Words(
            de="Erfundene Namen werden beantwortet wie echte: gleiche Form, gleiche Länge, jedes "
            "Mal dasselbe.",
            en="Invented names are answered like real ones: same form, same length, the same each "
            "time.",
        ),
        cannot=Words(
            de="Ob die Antwort an einen echten Namen sich in der Zeit unterscheidet; dazu müsste "
            "man einen kennen.",
            en="Whether the answer to a real name differs in time; for that one would have to "
            "know one.",
        ),
        run=hostile.alike,
    ),
    Check(
        id="relay.http",
        title=Words(
            de="Andere Wege führen nirgendwohin",
            en="Other ways lead nowhere",
        ),
        proves=Words(
            de="Fremde Seiten dürfen nicht mit dem Dienst sprechen, andere Methoden und Pfade aus "
            "dem Ordner hinaus führen zu nichts, und nichts Gesendetes kommt zurück.",
            en="Foreign pages may not speak to the service, other methods and paths that lead out "
            "of the folder lead to nothing, and nothing that was sent comes back.",
        ),
        cannot=Words(
            de="Dass es keinen anderen Weg gibt.",
            en="That there is no other way.",
        ),
        run=hostile.http,
    ),
)
TRIAL: tuple[Check[Outside], ...] = (
    Check(
        id="trial.gone",
        title=Words(
            de="Die eigene Probe ist nach der Frist verschwunden",
            en="One’s own trial has gone after its time",
        ),
        proves=Words(
            de="Ein beendetes Gespräch, live oder geschrieben, ist samt Datei nach der zugesagten "
            "Zeit für beide Seiten fort, sein Anteil beim Keeper auch, und die Tagesliste weist "
            "das nach. Ein Zugang, der dafür angelegt war, ist gelöscht und öffnet nichts mehr.",
            en="A finished conversation, live or written, is gone with its file for both sides "
            "after the promised time, so is its share at the keeper, and the day’s list gives "
            "evidence. An access that was made for it is deleted and opens nothing any more.",
        ),
        cannot=Words(
            de="Dass niemand eine Kopie behalten hat. Auf der Maschine sucht »inside --canary« "
            "nach den Merkwörtern.",
            en="That nobody kept a copy. On the machine “inside --canary” looks for the markers.",
        ),
        run=gone.gone,
    ),
    Check(
        id="trial.written",
        title=Words(
            de="Ein eigenes Gespräch gelingt und bleibt unter sich",
            en="A conversation with oneself works and stays private",
        ),
        proves=Words(
            de="Was in einem Gespräch gesagt wird, kommt unverändert auf der anderen Seite an, "
            "und mit fremden Geheimnissen lässt es sich nicht öffnen.",
            en="What is said in a conversation arrives unchanged on the other side, and it cannot "
            "be opened with somebody else’s secrets.",
        ),
        cannot=Words(
            de="Ob der Dienst Gespräche in anderen Portalen ebenso behandelt. Er sieht aber von "
            "einem Gespräch nichts, woran er eine Probe erkennen könnte, außer dem Portal.",
            en="Whether the service treats conversations in other portals alike. But it sees "
            "nothing of a conversation by which it could tell a trial, except the portal.",
        ),
        run=trial.written,
    ),
    Check(
        id="trial.enquiry",
        title=Words(
            de="Eine eigene Anfrage gelingt und bleibt unter sich",
            en="A written enquiry to oneself works and stays private",
        ),
        proves=Words(
            de="Ein Zugang lässt sich anlegen; was damit geschrieben wird, kommt samt Datei "
            "unverändert bei der Person an, die es übernimmt, und ihre Antwort zurück. Mit fremden "
            "Geheimnissen lässt sich die Anfrage nicht öffnen.",
            en="An access can be made; what is written with it arrives unchanged, with its file, "
            "at the person who takes it over, and their answer comes back. The enquiry cannot be "
            "opened with somebody else’s secrets.",
        ),
        cannot=Words(
            de="Ob der Dienst Anfragen in anderen Portalen ebenso behandelt. Bis zum Nachweis der "
            "Löschung bleibt der Zugang mit dem ausgedachten Namen bestehen.",
            en="Whether the service treats enquiries in other portals alike. Until there is "
            "evidence of the deletion, the access with the invented name stays.",
        ),
        run=trial.asked,
    ),
)
# The log comes first: what is served is compared with it.
OUTSIDE: tuple[Check[Outside], ...] = (*LOG, *_FILES, *_DELETIONS, *_RELAY, *TRIAL)
