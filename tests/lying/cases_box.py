"""The table of lies, first part: what stands in a conversation. See cases.py."""

from __future__ import annotations

from tests.lying.cases import ACCESS, CHAT, ENVELOPES, MACHINE, SEEKER, WORK, Case, Met, named

HISTORY = "what_the_history_is_not_is_told_and_nothing_is_sent"
MEMBERS = "what_no_member_may_do_is_told_and_nothing_is_sent"
FORK, GAP = "talk._WARNINGS.FORK", "talk._WARNINGS.GAP"
UNREADABLE, WITHHELD = "talk._WARNINGS.UNREADABLE", "talk._WARNINGS.WITHHELD"

BOX_CASES = (
    Case(
        key="drop",
        title="Nachricht unterschlagen, die folgenden rücken auf",
        python=Met(
            named(ENVELOPES, "a_dropped_envelope_shows_at_the_next_one"), "GAP, FORK", (GAP, FORK)
        ),
        browser=Met(
            (
                *named(SEEKER, "a_dropped_message_is_told_and_sending_waits_for_a_decision"),
                *named(CHAT, HISTORY),
            ),
            "GAP, FORK",
            ("chat.line_message_missing", "chat.fork"),
        ),
    ),
    Case(
        key="withhold",
        title="Lücke lassen und auf Nachfrage nicht füllen",
        python=Met(
            named(
                ENVELOPES,
                "a_hole_that_the_relay_does_not_fill_pauses_sending",
                "a_refused_question_about_a_hole_is_withholding_too",
                "a_hole_that_was_only_late_is_filled",
                "stale_with_nothing_newer_to_show_is_not_asked_for_ever",
            ),
            "WITHHELD",
            (WITHHELD,),
        ),
        browser=Met(named(CHAT, HISTORY), "WITHHELD", ("chat.stop_withheld",)),
    ),
    Case(
        key="reorder",
        title="Nachrichten vertauschen",
        python=Met(named(ENVELOPES, "reordered_envelopes_are_an_alarm"), "FORK", (FORK,)),
        browser=Met(named(CHAT, HISTORY), "GAP, FORK", ("chat.line_message_missing", "chat.fork")),
    ),
    Case(
        key="duplicate",
        title="Nachricht zweimal zeigen, als dieselbe oder als neue",
        python=Met(
            named(
                ENVELOPES,
                "a_repeated_envelope_is_shown_once",
                "an_envelope_repeated_as_a_new_one_is_shown_once_and_noticed",
            ),
            "DUP, FORK",
            (FORK,),
        ),
        browser=Met(named(CHAT, HISTORY), "DUP, FORK", ("chat.fork",)),
    ),
    Case(
        key="replay-box",
        title="Nachricht aus einem anderen Gespräch einsetzen",
        python=Met(
            named(ENVELOPES, "an_envelope_of_another_box_is_not_read"),
            "UNREADABLE, FORK",
            (UNREADABLE, FORK),
        ),
        browser=Met(
            named(CHAT, "an_envelope_of_another_chat_is_not_read"),
            "UNREADABLE, FORK",
            ("chat.undecryptable", "chat.fork"),
        ),
    ),
    Case(
        key="replay-epoch",
        title="Nachricht unter dem Schlüssel einer früheren Epoche zeigen",
        python=Met(
            named(
                "lying/test_enquiries.py", "what_was_said_before_a_takeover_is_not_read_after_it"
            ),
            "OLD_EPOCH",
            ("talk._NOT_GENUINE",),
        ),
        browser=Met(
            (*named(CHAT, MEMBERS), f"{MACHINE}::unknown_epoch"),
            "OLD_EPOCH",
            ("chat.undecryptable",),
        ),
    ),
    Case(
        key="truncate",
        title="Gespräch kürzen: weniger zeigen, als dieser Zugang schon kannte",
        python=Met(
            ("lying/test_return.py::test_a_chat_that_was_read_further_shows_nothing_older",),
            "OTHER_HISTORY",
            (FORK,),
        ),
        browser=Met(
            named(ACCESS, "less_of_a_chat_than_was_read_before_is_told"),
            "WITHHELD",
            ("chat.stop_withheld",),
        ),
    ),
    Case(
        key="fork",
        title="Zwei Verläufe: anderes unter einer bekannten Nummer, eigenes woanders oder nirgends",
        python=Met(
            named(
                ENVELOPES,
                "another_envelope_under_a_known_number_is_an_alarm",
                "an_own_post_that_stands_elsewhere_is_an_alarm",
                "an_own_post_that_was_never_stored_is_an_alarm",
            ),
            "FORK, OTHER_HISTORY",
            (FORK,),
        ),
        browser=Met(
            (
                *named(SEEKER, "an_own_message_that_stands_elsewhere_is_told"),
                f"{MACHINE}::own_post_moved",
            ),
            "OTHER_HISTORY",
            ("chat.stop_other_history",),
        ),
    ),
    Case(
        key="change",
        title="Bits kippen oder einen Umschlag erfinden",
        python=Met(
            named(
                ENVELOPES,
                "a_flipped_bit_is_not_read_and_shows_at_the_next_message",
                "an_invented_envelope_is_not_read",
                "a_genuine_message_that_is_no_text_stops_nothing",
            ),
            "UNREADABLE, FORK",
            (UNREADABLE, FORK),
        ),
        browser=Met(named(CHAT, HISTORY), "UNREADABLE, FORK", ("chat.undecryptable", "chat.fork")),
    ),
    Case(
        key="forged-commit",
        title="Änderung der Runde fälschen, oder eine zweite neben die echte stellen",
        python=Met(
            (
                "crypto/test_transcript.py::test_scripted_logs_get_their_verdicts",
                *named(
                    "lying/test_enquiries.py",
                    "a_takeover_that_must_not_be_believed_adds_nobody",
                    "a_takeover_by_somebody_in_the_team_is_believed",
                    "who_has_left_the_team_takes_nothing_over_that_came_after",
                    "two_who_are_both_told_that_they_won_do_not_both_talk_to_the_seeker",
                ),
            ),
            "BAD_COMMIT",
            ("talk._NOT_GENUINE",),
        ),
        browser=Met(
            (
                *named(CHAT, HISTORY),
                f"{MACHINE}::bad commit: another parent",
                f"{MACHINE}::bad commit: payload is no commit",
            ),
            "BAD_COMMIT",
            ("chat.stop_damaged", "chat.line_box_damaged"),
        ),
    ),
    Case(
        key="split-secret",
        title="Zwei Mitgliedern verschiedene Epochengeheimnisse geben",
        python=Met(
            named("lying/test_enquiries.py", "a_takeover_that_must_not_be_believed_adds_nobody"),
            "BAD_COMMIT",
            ("talk._NOT_GENUINE",),
        ),
        browser=Met(
            (
                *named(CHAT, MEMBERS),
                f"{MACHINE}::bad commit: wraps not the ones signed",
            ),
            "BAD_COMMIT",
            ("chat.stop_damaged",),
        ),
    ),
    Case(
        key="ghost",
        title="Ein Mitglied dazusetzen, das niemand wollte",
        python=Met(
            (
                "lying/test_letters.py::test_a_letter_that_must_not_be_believed_opens_nothing",
                "test_handover_uninvited.py::test_whoever_is_let_in_without_a_yes_is_an_alarm",
                "test_wideopen_lies.py",
            ),
            "BAD_COMMIT, UNINVITED",
            ("writing._FROM_THE_SERVICE",),
        ),
        browser=Met(
            (
                *named(CHAT, MEMBERS),
                "js/handover.hostile.test.js",
                "js/along.hostile.test.js",
            ),
            "BAD_COMMIT, UNINVITED",
            ("chat.stop_damaged", "chat.stop_uninvited"),
        ),
    ),
    Case(
        key="share",
        title="Falscher, fehlender oder vertauschter Schlüsselteil des Keepers",
        python=Met(
            (
                *named(
                    ENVELOPES,
                    "a_changed_share_opens_nothing_and_says_so",
                    "a_missing_share_opens_nothing",
                ),
                *named(
                    "lying/test_enquiries.py",
                    "the_share_of_another_box_opens_no_first_request",
                    "nothing_is_said_into_a_box_with_another_share_and_nothing_is_lost",
                ),
            ),
            "UNREADABLE, DAMAGED",
            (UNREADABLE,),
        ),
        browser=Met(
            (
                *named(WORK, "a_wrong_share_or_letter_opens_nothing_and_the_counsellor_hears_it"),
                f"{MACHINE}::other_share",
            ),
            "DAMAGED",
            ("workspace.letter_refused", "chat.stop_damaged"),
        ),
    ),
    Case(
        key="close",
        title="Ende ohne Unterschrift melden",
        python=Met(
            named(
                ENVELOPES,
                "a_close_without_a_signature_was_the_service",
                "a_signed_close_names_who_signed",
            ),
            "vom Dienst beendet",
            ("talk._ENDED_BY_SERVICE",),
        ),
        browser=Met(
            named(SEEKER, "an_end_that_nobody_signed_names_nobody"),
            "vom Dienst beendet",
            ("end.title_service",),
        ),
    ),
    Case(
        key="fleeting",
        title="Flüchtiges Zeichen (schreibt gerade) noch einmal zeigen",
        python=Met(named(ENVELOPES, "a_fleeting_message_counts_once"), "verworfen"),
        browser=Met(named(CHAT, "a_fleeting_sign_counts_once"), "verworfen"),
    ),
    Case(
        key="attachment",
        title="Datei austauschen, ändern oder abschneiden",
        python=Met(
            named(
                "test_files.py",
                "a_changed_file_is_never_released",
                "a_file_cut_off_is_never_released",
                "one_file_does_not_stand_for_another",
                "a_message_that_names_another_hash_is_refused",
            ),
            "nicht geöffnet",
            ("cli.UNUSABLE",),
        ),
        browser=Met(
            (
                "browser/test_files.py::test_what_came_changed_is_not_opened",
                "js/attachments.test.js",
            ),
            "nicht geöffnet",
            ("files.problem_not_genuine",),
        ),
    ),
)
