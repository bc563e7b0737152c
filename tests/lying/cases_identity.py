"""The table of lies, second part: who somebody is. See cases.py."""

from __future__ import annotations

from tests.lying.cases import (
    ACCESS,
    CHAT,
    NOT_TRUSTED,
    SEEKER,
    WITNESSES,
    WORK,
    Case,
    Met,
    named,
)

SIGN_IN, DOORS, LOG = "lying/test_sign_in.py", "lying/test_doors.py", "lying/test_log.py"
ACCEPTANCE, LETTERS, FRAMES = (
    "lying/test_acceptance.py",
    "lying/test_letters.py",
    "lying/test_frames.py",
)
FORGED = named(ACCEPTANCE, "no_name_is_shown_for_a_forged_acceptance")
STRANGER = named(SEEKER, "somebody_who_may_not_counsel_begins_nothing")
CLI_REFUSES, CLI_WRONG_KEY = "cli.UNUSABLE", "cli.WRONG_KEY"

IDENTITY_CASES = (
    Case(
        key="oprf",
        title="Beim Anmelden unter einem eigenen Skalar antworten (Passphrase erraten wollen)",
        python=Met(
            (
                *named(SIGN_IN, "nothing_is_sent_after_a_slot_that_does_not_open"),
                *named(
                    DOORS,
                    "nothing_derived_is_sent_after_a_slot_that_does_not_open",
                    "a_start_that_is_answered_twice_has_had_its_answer",
                    "a_change_that_was_not_made_shows_at_the_next_sign_in",
                ),
            ),
            "WrongKey; nichts Abgeleitetes gesendet",
            (CLI_WRONG_KEY,),
        ),
        browser=Met(
            (
                *named(
                    ACCESS, "a_relay_with_its_own_scalar_gets_nothing", "nor_does_it_from_a_sheet"
                ),
                *named(WORK, "a_relay_with_its_own_scalar_gets_nothing"),
            ),
            "WrongKey; nichts Abgeleitetes gesendet",
            ("access.problem_wrong", "workspace.sign_in_wrong"),
        ),
    ),
    Case(
        key="swap-slot",
        title="Schlüsselfach eines anderen Zugangs geben",
        python=Met(
            (
                *named(SIGN_IN, "the_slot_of_another_account_does_not_open"),
                *named(DOORS, "a_slot_of_another_account_or_of_the_other_door_does_not_open"),
            ),
            "WrongKey",
            (CLI_WRONG_KEY,),
        ),
        browser=Met(
            named(ACCESS, "the_slot_of_another_account_opens_nothing"),
            "WrongKey",
            ("access.problem_wrong",),
        ),
    ),
    Case(
        key="roll-back",
        title="Schlüsselbund zurückdrehen, vertauschen, kürzen oder von jemand anderem geben",
        python=Met(
            (
                *named(
                    SIGN_IN,
                    "changed_keyring_pages_are_refused",
                    "a_page_that_is_rolled_back_in_a_conflict_is_refused",
                ),
                *named(
                    DOORS,
                    "a_seeker_has_exactly_one_page_under_its_number",
                    "the_page_of_another_account_does_not_open",
                    "a_page_that_is_rolled_back_is_refused",
                ),
                "lying/test_handback.py",
            ),
            "BadTag, BadProof",
            (CLI_REFUSES,),
        ),
        browser=Met(
            (
                *named(ACCESS, "the_keyring_of_another_account_is_told_and_stops"),
                "js/keyringstore.test.js",
            ),
            "BadTag, BadProof",
            ("access.problem_damaged",),
        ),
    ),
    Case(
        key="lower-suite",
        title="Schwächeres Verfahren unterschieben",
        python=Met(
            named(SIGN_IN, "nothing_is_sent_after_a_slot_that_does_not_open"),
            "NotCanonical",
            (CLI_REFUSES,),
        ),
        browser=Met(
            (
                *named(ACCESS, "a_slot_of_a_lower_suite_is_told_and_opens_nothing"),
                "js/account.test.js::suite 2",
            ),
            "NotCanonical",
            ("access.problem_damaged",),
        ),
    ),
    Case(
        key="certificate",
        title="Zertifikat von außerhalb, abgelaufen, widerrufen oder für anderes ausgestellt",
        python=Met(
            (
                *FORGED,
                *named(
                    ACCEPTANCE,
                    "a_genuine_acceptance_is_believed",
                    "a_relay_with_an_old_clock_revives_no_certificate",
                    "a_phone_whose_clock_is_off_can_chat",
                ),
            ),
            "UNKNOWN_CERTIFICATE, ENDED, REVOKED, WRONG_ROLE",
            ("talk._NOT_TRUSTED",),
        ),
        browser=Met(
            (
                *STRANGER,
                *named(
                    SEEKER,
                    "a_device_whose_clock_is_wrong_is_told_so",
                    "an_offer_is_judged_again_at_the_yes",
                    "a_phone_that_is_twenty_minutes_off_chats",
                ),
                "js/offer.test.js",
            ),
            "UNKNOWN_CERTIFICATE, ENDED, REVOKED, WRONG_ROLE",
            (*NOT_TRUSTED, "offer.not_trusted_clock"),
        ),
    ),
    Case(
        key="not-in-team",
        title="Beratungsperson, die in keinem Team des Portals steht",
        python=Met(FORGED, "NOT_IN_TEAM", ("talk._NOT_TRUSTED",)),
        browser=Met(STRANGER, "NOT_IN_TEAM", NOT_TRUSTED),
    ),
    Case(
        key="forged-acceptance",
        title="Annahme fälschen, verlängern oder noch einmal zeigen",
        python=Met(FORGED, "BAD_SIGNATURE, TOO_LONG, EXPIRED", ("talk._NOT_TRUSTED",)),
        browser=Met(
            named(
                SEEKER,
                "a_forged_acceptance_begins_nothing",
                "no_other_offer_counts_while_a_chat_runs",
            ),
            "BAD_SIGNATURE",
            NOT_TRUSTED,
        ),
    ),
    Case(
        key="swap-seekers",
        title="Zwei Ratsuchende hinter einer Annahme vertauschen",
        python=Met(
            (
                *named(
                    ACCEPTANCE,
                    "two_seekers_cannot_be_swapped_behind_one_acceptance",
                    "a_counsellor_who_was_shown_another_key_is_refused_by_the_seeker",
                ),
                "lying/test_rows.py",
            ),
            "BAD_SIGNATURE",
            ("talk._NOT_TRUSTED",),
        ),
        browser=Met(
            (
                *named(SEEKER, "two_seekers_cannot_be_swapped"),
                *named(
                    WORK,
                    "two_seekers_cannot_be_swapped_after_a_crash_of_the_counsellors_page",
                ),
            ),
            "BAD_SIGNATURE",
            ("offer.not_trusted_title", "workspace.letter_refused"),
        ),
    ),
    Case(
        key="profile",
        title="Anderen Namen neben den Schlüssel stellen",
        python=Met(
            named(
                FRAMES,
                "a_name_that_the_certified_key_did_not_sign_is_not_shown",
                "a_profile_of_somebody_else_is_not_shown",
            ),
            "kein Name",
            ("talk.SOMEBODY",),
        ),
        browser=Met(
            (
                *named(SEEKER, "a_name_that_the_certified_key_did_not_sign_is_not_shown"),
                "js/ownprofile.test.js",
            ),
            "kein Name",
            ("offer.text",),
        ),
    ),
    Case(
        key="log",
        title="Verzeichnis kürzen, umordnen, verfälschen, veralten lassen oder gabeln",
        python=Met((LOG,), "BadProof, LOG_UNKNOWN, LOG_FORK", (CLI_REFUSES, "talk._NOT_TRUSTED")),
        browser=Met(
            (
                *named(SEEKER, "a_shortened_log_begins_nothing"),
                *named(WORK, "a_shortened_log_stops_a_counsellor_at_the_sign_in"),
                *named(CHAT, "what_no_member_may_do_is_told_and_nothing_is_sent"),
            ),
            "BadProof, LOG_FORK",
            (
                "offer.not_trusted_log",
                "workspace.sign_in_log_fork",
                "workspace.log_fork",
                "chat.fork",
                "logproof.words",
            ),
        ),
    ),
    Case(
        key="witnesses",
        title="Unterschriften der Zeugen weglassen, veralten lassen, erfinden oder umhängen",
        python=Met(
            (
                *named("test_witness.py", "clients_wait_for_a_witness_and_not_for_long"),
                "crypto/test_witnesses.py",
            ),
            "NotWitnessed",
            ("cli.NOT_WITNESSED",),
        ),
        browser=Met(
            (WITNESSES,),
            "NotWitnessed; nichts gesendet",
            (
                "offer.not_trusted_witnesses",
                "workspace.sign_in_not_witnessed",
                "workspace.not_witnessed",
            ),
        ),
    ),
)
