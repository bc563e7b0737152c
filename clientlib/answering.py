"""The seeker's answer to whether a colleague may go on, in a chat as in a written conversation."""

from __future__ import annotations

from clientlib.box import Box
from clientlib.consent import Answer
from clientlib.errors import Refused
from crypto.envelope import Kind
from crypto.wire import codec, content


async def answer_hand_over(box: Box, *, is_yes: bool) -> None:
    """Say yes or no to the question that stands; Refused where none does."""
    asked = box.learned.hand_over
    if asked is None or asked.answer is not Answer.OPEN:
        raise Refused("no question stands")
    given = content.HandOverAnswer(n=asked.n, is_yes=int(is_yes))
    await box.send(Kind.HAND_OVER_ANSWER, codec.encode(given))
    await box.read_on()
