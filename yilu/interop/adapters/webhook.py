"""Sending a webhook: signed, to a checked address, with an end to every wait.

The host is looked up once and that very address is connected to, so that no name can point
elsewhere between the check and the call. Redirects are answers like any other, and not followed.
"""

import http.client
import secrets
import socket
import ssl
from threading import Event, Timer

from django.conf import settings

from yilu.interop.operations.notices import Letter
from yilu.interop.rules.outcomes import Outcome
from yilu.interop.rules.signatures import FOR_PARTNERS, Message, sign
from yilu.interop.rules.targets import NotAllowedTarget, Target, is_public, target
from yilu.platform import clinic_clock, clock


def send(letter: Letter) -> Outcome:
    """Send one webhook, and say what came of it. It never raises and never takes long."""
    if not letter.key:
        return Outcome(reason="no_key")
    may_loop = clinic_clock.is_demonstration()
    try:
        where = target(letter.url, hosts=settings.PARTNER_HOSTS, may_loop=may_loop)
        address = _looked_up(where)
    except NotAllowedTarget:
        return Outcome(reason="address_not_allowed")
    except OSError:
        return Outcome(reason="host_unknown")
    return _Call(where, address).post(letter)


def _looked_up(where: Target) -> str:
    """The one address to connect to; every address of the host must be public.

    Raises: NotAllowedTarget, OSError.
    """
    if where.is_loopback:
        return where.host
    found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(map(is_public, addresses)):
        raise NotAllowedTarget(where.host)
    return addresses[0]


class _Call:
    """One call, cut off when all of it takes too long.

    The limit of a socket counts anew with every byte; the timer does not.
    """

    def __init__(self, where: Target, address: str) -> None:
        self._where, self._address = where, address
        self._seconds = float(settings.WEBHOOK_TIMEOUT_SECONDS)
        self._connection = http.client.HTTPConnection(where.host, where.port)
        self._is_late = Event()

    def post(self, letter: Letter) -> Outcome:
        """Connect, send, and read the status; what else is answered is not read."""
        timer = Timer(self._seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            status = self._asked(letter)
        except (OSError, http.client.HTTPException) as error:
            return Outcome(reason=self._reason(error))
        finally:
            timer.cancel()
            self._connection.close()
        return Outcome(status, "" if 200 <= status < 300 else f"http_{status}")

    def _asked(self, letter: Letter) -> int:
        where, body = self._where, letter.body.encode()
        line = socket.create_connection((self._address, where.port), timeout=self._seconds)
        self._connection.sock = line
        if where.is_secure:
            trusted = ssl.create_default_context()
            self._connection.sock = trusted.wrap_socket(line, server_hostname=where.host)
        asked = f"{where.path}?{where.query}" if where.query else where.path
        self._connection.request("POST", asked, body=body, headers=_headers(where, body, letter))
        return self._connection.getresponse().status

    def _reason(self, error: Exception) -> str:
        if self._is_late.is_set() or isinstance(error, TimeoutError):
            return "answered_too_late"
        if isinstance(error, ssl.SSLError):
            return "certificate"
        return "refused" if isinstance(error, ConnectionRefusedError) else "cut_off"

    def _cut(self) -> None:
        self._is_late.set()
        line = self._connection.sock
        if line is not None:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def _headers(where: Target, body: bytes, letter: Letter) -> dict[str, str]:
    usual = 443 if where.is_secure else 80
    signed = sign(
        Message("POST", where.path, where.query, body),
        secret=letter.secret.encode(),
        key=letter.key,
        nonce=secrets.token_urlsafe(16),
        created=int(clock.machine_now().timestamp()),
        tag=FOR_PARTNERS,
    )
    return signed | {
        "Host": where.host if where.port == usual else f"{where.host}:{where.port}",
        "Content-Type": "application/json",
        "User-Agent": "Yilu",
        "Yilu-Notice": str(letter.id),
        "Yilu-Event": letter.kind,
        "Connection": "close",
    }
