"""The team's room at a counsellor's desk, in sentences; and the admin who certifies and revokes."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from clientlib import org, teams
from crypto import account, invitelink, kem
from crypto.keys import KemSecret
from crypto.random import random_bytes
from crypto.statement import DAY_MS, RevokeReason, Team
from tests.browser.desk import DeskPage
from tests.browser.newcomer import Office

# Every sentence about sealing anew that the page has shown, in its order.
WATCH = """() => {
  window.told = [];
  new MutationObserver(() => {
    const all = document.body.textContent.matchAll(/neu verschlossen: (\\d+)\\svon/g);
    for (const [, words] of all) if (window.told.at(-1) !== words) window.told.push(words);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


class TeamOffice(Office):
    """The admin, at a terminal, where somebody leaves or a team is begun anew."""

    def invites_again(self, subject16: bytes) -> str:
        """Draw the invitation of somebody who comes back; the old key is revoked first."""
        self.revokes(subject16, RevokeReason.KEY_LOST)
        drawn = invitelink.new_invitation(self.house.cast.now_ms(), replaces=subject16)
        return invitelink.link(self.house.url, drawn)

    def revokes(self, subject16: bytes, reason: RevokeReason = RevokeReason.LEFT) -> None:
        """Whoever this was reads nothing any more."""
        cast = self.house.cast

        async def revoke() -> None:
            admin = await cast.signs_in("verwaltung")
            for one in (await admin.log.update()).own_certificates(subject16):
                if one.revoked_at is None:
                    await org.revoke(admin, one, reason, cast.now_ms())

        self.house.server.run(revoke)

    def begins_anew(self) -> None:
        """The same members under a key that the admin alone has drawn."""
        cast = self.house.cast

        async def restart() -> None:
            admin = await cast.signs_in("verwaltung")
            latest = (await admin.log.update()).latest_team(cast.team16)
            assert latest is not None
            old, now_ms = latest.team, cast.now_ms()
            team = Team(
                team16=old.team16,
                epoch=old.epoch + 1,
                kem_pk=kem.public(KemSecret(random_bytes(KemSecret.SIZE_BYTES))),
                members=old.members,
                restart=True,
            )
            end_ms = now_ms + teams.TEAM_DAYS * DAY_MS
            secret = account.staff_sign(admin.ams)
            await admin.log.publish(secret, old.team16, team, now_ms, end_ms)

        self.house.server.run(restart)


class TeamPage(DeskPage):
    """A counsellor in a browser who looks after the team."""

    @property
    def rail(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^Team"))

    def opens_team(self) -> None:
        self.rail.click()
        expect(self.page.get_by_role("heading", name="Team", exact=True)).to_be_focused()

    def is_asked_about(self, name: str, wish: str = "möchte ins Team") -> Locator:
        """The card of somebody who would like to join."""
        title = re.compile(f"^{re.escape(name)} {wish}")
        card = self.page.locator("section.card", has=self.page.get_by_role("heading", name=title))
        expect(card).to_be_visible()
        return card

    def words_on(self, card: Locator) -> str:
        """The eight words to compare."""
        expect(card.locator(".words__word")).to_have_count(8)
        return " ".join(card.locator(".words__word").all_inner_texts())

    def has_members(self, *names: str) -> None:
        """The room shows these as the team's."""
        card = self.page.locator("section.card", has=self.page.get_by_text("Wer zum Team gehört"))
        expect(card.locator(".team__name")).to_have_text(list(names))

    def watches(self) -> None:
        """Remember from now on what is told about sealing anew."""
        self.page.evaluate(WATCH)

    def told(self) -> list[str]:
        """How many were told to be done, in its order."""
        found: list[str] = self.page.evaluate("() => window.told")
        return found

    def has_sealed(self, n: int) -> None:
        expect(self.page.get_by_text(f"neu verschlossen: {n} von {n}.")).to_be_visible()
