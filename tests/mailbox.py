"""A real SMTP server that keeps what it is given."""

import logging
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller

from tests.ports import free_port


class Mailbox:
    """Listens on a random port while it is open; `messages` holds what came, oldest first."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.port = free_port()
        self._controller = Controller(self, hostname=self.host, port=self.port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name there
        """Keep one message; called by aiosmtpd."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        message["X-Recipients"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 kept"

    def wait_for(self, count: int, seconds: float = 60) -> list[EmailMessage]:
        """The messages, once there are `count`; fails when they do not come in time."""
        until = time.monotonic() + seconds
        while len(self.messages) < count:
            if time.monotonic() > until:
                raise AssertionError(f"{len(self.messages)} of {count} mails came within {seconds} s")
            time.sleep(0.02)
        return self.messages
