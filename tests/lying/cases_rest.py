"""The table of lies, third part: teams, letters, requests, frames, files. See cases.py."""

from __future__ import annotations

from tests.lying.cases import CHAT, WORK, Case, Met, named
from tests.lying.cases_identity import CLI_REFUSES, FRAMES

REST_CASES = (
    Case(
        key="restart",
        title="Teamschlüssel neu beginnen, altes Team weiter gelten lassen",
        python=Met(
            ("lying/test_teams.py", "test_restarts.py"),
            "Warnung; nichts versiegelt",
            (CLI_REFUSES,),
        ),
        browser=Met(
            (
                "js/teams.hostile.test.js",
                "browser/test_team.py::test_a_team_that_an_admin_begins_anew_is_an_alarm",
            ),
            "Warnung; nichts versiegelt",
            ("workspace.team_restart_bar",),
        ),
    ),
    Case(
        key="kem",
        title="Verfälschter Schlüsselumschlag (KEM) oder Brief",
        python=Met(
            ("lying/test_letters.py", "crypto/test_kem.py"),
            "BadKey, BadTag; der Brief bleibt liegen",
        ),
        browser=Met(
            (
                *named(WORK, "a_wrong_share_or_letter_opens_nothing_and_the_counsellor_hears_it"),
                "js/kem.test.js",
                "js/written.hostile.test.js",
            ),
            "BadKey, BadTag",
            ("workspace.letter_refused", "workspace.enquiry_refused"),
        ),
    ),
    Case(
        key="enquiry",
        title="Anfragen vertauschen, verdecken, doppelt vergeben oder Zuständige erfinden",
        python=Met(
            ("lying/test_enquiries.py", "lying/test_capacity.py", "lying/test_callback.py"),
            "Refused",
            (CLI_REFUSES,),
        ),
        browser=Met(
            (
                *named(
                    "browser/test_lies_enquiries.py",
                    "what_is_not_this_request_is_neither_shown_nor_taken",
                    "a_request_that_was_withdrawn_does_not_come_back",
                    "what_is_refused_falsely_stays_and_is_taken_with_the_truth",
                    "a_row_that_names_an_owner_makes_no_conversation",
                    "of_two_who_are_told_that_they_won_one_talks_to_the_seeker",
                ),
                *named(
                    "browser/test_lies_writing.py",
                    "nobody_who_must_not_be_believed_takes_it_or_answers",
                    "a_takeover_that_is_hidden_shows_at_the_first_answer",
                    "no_word_goes_into_a_box_that_is_not_the_one_that_was_made",
                    "nobody_outside_the_team_gets_it_in_somebodys_place",
                    "a_place_that_is_denied_at_the_end_costs_no_word",
                    "what_is_said_to_be_gone_is_not_forgotten",
                    "that_it_was_called_back_is_not_believed_without_the_commit",
                ),
                "js/written.hostile.test.js",
                "js/callback.test.js",
                "js/places.test.js",
            ),
            "Refused; BAD_COMMIT, NOT_MEMBER, BAD_SIG, WITHHELD. Wer eine Anfrage hat, glauben "
            "Ratsuchende nur der Box; in der Liste der Beratenden bleibt es das Wort des Servers, "
            "an dem nichts hängt",
            (
                "workspace.row_refused",
                "workspace.enquiry_refused",
                "workspace.enquiry_no_key",
                "workspace.enquiry_over",
                "workspace.accept_failed",
                "chat.stop_damaged",
                "chat.stop_withheld",
                "chat.undecryptable",
                "enquiries.problem_damaged",
                "enquiries.problem_no_place",
                "enquiries.instead_team",
                "enquiries.lost_title",
                "callback.failed",
            ),
        ),
    ),
    Case(
        key="hand-over",
        title="Bei Übergabe, Vertretung oder Rückgabe lügen",
        python=Met(
            (
                "lying/test_handover.py",
                "lying/test_handed_chat.py",
                "lying/test_release.py",
            ),
            "Refused; nichts übernommen",
            (CLI_REFUSES,),
        ),
        browser=Met(
            (
                "browser/test_lies_handover.py",
                "browser/test_lies_handback.py",
                "js/handover.hostile.test.js",
                "js/release.test.js",
            ),
            "Refused; nichts übernommen",
            (
                "workspace.handed_unreadable",
                "workspace.enquiry_over",
                "workspace.handed_no_history_text",
                "workspace.enquiry_refused",
                "workspace.readers_now",
                "workspace.handing_failed",
                "release.failed",
                "chat.stop_uninvited",
            ),
        ),
    ),
    Case(
        key="new-access",
        title="Bei neuem Zugang, Einladung oder Wiederkommen lügen",
        python=Met(
            ("test_newaccess_lies.py", "test_newconversation_lies.py", "lying/test_return.py"),
            "Refused; alte Runde bleibt",
            (CLI_REFUSES,),
        ),
        browser=Met(
            (
                "browser/test_lies_newaccess.py",
                "js/newaccess.hostile.test.js",
                "js/newconversation.test.js",
            ),
            "Refused; alte Runde bleibt",
            (
                "workspace.new_access_forged",
                "workspace.new_access_problem_late",
                "workspace.new_access_problem_paused",
                "newaccess.stopped",
                "newaccess.refused",
                "enquiries.moved_title",
                "enquiries.lost_text",
                "enquiries.problem_damaged",
            ),
        ),
    ),
    Case(
        key="contact",
        title="Hinterlegte Kontaktdaten vertauschen, veralten lassen oder erfinden",
        python=Met(("lying/test_contacts.py",), "nicht gezeigt"),
        browser=Met(
            ("browser/test_lies_contacts.py", "js/contacts.test.js"),
            "nicht gezeigt",
            (
                "leadcontacts.problem_refused",
                "leadcontacts.problem_older",
                "leadcontacts.problem_noKey",
                "leadcontacts.not_confirmed",
                "contact.problem_failed",
            ),
        ),
    ),
    Case(
        key="deletions",
        title="Falsche oder keine Liste der Löschungen zeigen",
        python=Met(
            ("lying/test_deletion.py",), "FALSE_LIST", ("cli_deletion.WORDS_FOR.FALSE_LIST",)
        ),
        browser=Met(
            (
                "browser/test_deletion.py::"
                "test_both_find_the_deletion_and_a_list_that_was_changed_is_an_alarm",
                "js/evidence.test.js",
            ),
            "FALSE_LIST",
            ("deletion.false_list",),
        ),
    ),
    Case(
        key="frames",
        title="Übergroße, verschachtelte, gespiegelte oder kaputte Nachrichten auf der Leitung",
        python=Met(
            named(
                FRAMES,
                "a_frame_that_is_none_ends_the_line",
                "a_reply_of_another_shape_is_refused",
                "an_unknown_event_and_an_unknown_code_are_no_fault",
                "a_stamp_above_twenty_bits_is_not_made",
            ),
            "NotCanonical; Leitung aufgelegt",
            ("cli.UNREACHABLE",),
        ),
        browser=Met(
            named(CHAT, "frames_that_are_none_cost_the_line_and_nothing_else"),
            "NotCanonical; Leitung aufgelegt",
            ("common.online_again",),
        ),
    ),
    Case(
        key="bundle",
        title="Datei der Webseite austauschen",
        python=Met((), "entfällt: das Programm lädt nichts nach"),
        browser=Met(
            (
                "web/test_pages_browser.py::test_a_module_with_other_bytes_never_runs",
                "web/test_pages_browser.py::test_a_module_that_the_shell_does_not_name_never_runs",
            ),
            "nicht ausgeführt",
        ),
    ),
    Case(
        key="enumeration",
        title="(Angriff von außen) An Antwort, Größe oder Zeit ablesen, wen es gibt",
        python=Met(
            (
                "features/accounts/test_enumeration.py",
                "keeper/test_doors.py::test_a_known_and_an_unknown_door_take_the_same_steps",
            ),
            "die ehrliche Gegenstelle antwortet gleich",
        ),
        browser=Met((), "dieselbe Gegenstelle"),
    ),
    Case(
        key="capability",
        title="(Angriff von außen) Ausweis nach Entfernung oder Ende weiter benutzen",
        python=Met(
            (
                "features/boxes/test_rules.py",
                "features/boxes/test_fresh.py::test_a_lapsed_capability_gets_nothing_of_what_is_posted_after",
            ),
            "die ehrliche Gegenstelle lehnt ab",
        ),
        browser=Met((), "dieselbe Gegenstelle"),
    ),
)
