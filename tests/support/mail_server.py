"""A real SMTP server for a test: aiosmtpd with STARTTLS or TLS, and AUTH. It keeps each mail, read by Python's parser, and
can be told to refuse the next ones."""

import email
import email.policy
import logging
import socket
import ssl
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

USER = "etl"
PASSWORD = "a password with \"signs\" & spaces"
logging.getLogger("mail.log").setLevel(logging.ERROR)  # without its remarks on how it is used here


class MailServer:
    """security: "starttls", "tls" or "none"; the last offers neither STARTTLS nor AUTH."""

    def __init__(self, certificate, key, security="starttls"):
        self.mails = []
        self.refusals = []  # replies to the next mails
        self.sessions = []  # (TLS version, user) of each mail that was taken
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        self.security = security
        options = {"hostname": "127.0.0.1", "port": 0}
        if security == "tls":
            options["ssl_context"] = context
        self.starttls_context = context if security == "starttls" else None
        server = self

        class Listener(Controller):
            def factory(self):
                with warnings.catch_warnings():
                    # With TLS from the first byte it does not see that there is TLS.
                    warnings.simplefilter("ignore")
                    return SMTP(self.handler, tls_context=server.starttls_context, require_starttls=security == "starttls",
                                authenticator=server.authenticate, auth_required=security != "none",
                                auth_require_tls=security == "starttls", enable_SMTPUTF8=True)

            def _trigger_server(self):
                socket.create_connection(self.server.sockets[0].getsockname()[:2], 5).close()

        self.controller = Listener(self, **options)

    def __enter__(self):
        self.controller.start()
        self.port = self.controller.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self.controller.stop()

    @staticmethod
    def authenticate(_server, _session, _envelope, _mechanism, data):
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False, auth_data=data)

    async def handle_DATA(self, _server, session, envelope):  # pylint: disable=invalid-name  # aiosmtpd's name
        if self.refusals:
            return self.refusals.pop(0)
        version = session.ssl.get("cipher", ("", "", 0))[1] if isinstance(session.ssl, dict) else ""
        self.sessions.append((version, session.auth_data.login.decode() if session.auth_data else ""))
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        mail.envelope = (envelope.mail_from, envelope.rcpt_tos)
        self.mails.append(mail)
        return "250 taken"
