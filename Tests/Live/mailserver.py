"""A mail server that keeps what it gets: aiosmtpd, with STARTTLS and AUTH where a test wants them."""

import asyncio
import dataclasses
import email
import email.message
import email.policy
import pathlib
import ssl
import subprocess
import threading

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "loads@x.test", "correct horse battery"


def certificate(folder: pathlib.Path, name: str = "localhost") -> tuple[pathlib.Path, pathlib.Path]:
    """Signed by itself: who trusts the file trusts the server."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    if not cert.exists():
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", cert],
            check=True, capture_output=True)  # fmt: skip
    return cert, key


@dataclasses.dataclass
class Mail:
    sender: str
    recipients: list[str]
    message: email.message.EmailMessage
    content: bytes
    tls: bool

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()


class MailServer:
    def __init__(self, folder: pathlib.Path, starttls: bool = True, auth: bool = True, implicit: bool = False,
                 refuses: tuple[str, ...] = (), greylists: tuple[str, ...] = (), hangs: bool = False,
                 hangs_at_quit: bool = False):
        self.mails: list[Mail] = []
        self.refuses, self.greylists, self.hangs, self.hangs_at_quit = refuses, greylists, hangs, hangs_at_quit
        context = None
        self.certificate, key = certificate(folder)
        if starttls or implicit:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, key)
        more = {"auth_required": auth, "authenticator": self.check, "auth_require_tls": starttls} if auth else {}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

        async def listen():
            def session():
                tls = {"tls_context": context, "require_starttls": True} if starttls else {}
                return SMTP(self, hostname="mail.x.test", enable_SMTPUTF8=False, **tls, **more)

            return await self.loop.create_server(
                asyncio.Protocol if hangs else session, "127.0.0.1", 0, ssl=context if implicit else None)

        self.server = asyncio.run_coroutine_threadsafe(listen(), self.loop).result(10)
        self.port = self.server.sockets[0].getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        async def end():
            self.server.close()
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)

    @staticmethod
    def check(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuses:
            return "550 5.1.1 No such user here"
        if address in self.greylists:
            return "451 4.7.1 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        if self.hangs_at_quit:
            await asyncio.sleep(60)
        return "221 Bye"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(Mail(envelope.mail_from, list(envelope.rcpt_tos), message, envelope.content, session.ssl is not None))
        return "250 taken"

    def take(self) -> list[Mail]:
        mails, self.mails = self.mails, []
        return mails
