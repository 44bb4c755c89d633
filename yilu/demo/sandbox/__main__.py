"""The sandboxes as a process, without the product; `manage.py sandbox` becomes this."""

import signal
import threading

from yilu.demo.sandbox.accounts import gateway, partner
from yilu.demo.sandbox.assembled import servers


def main() -> None:
    """Serve until asked to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    web, mail = servers([gateway(), partner()])
    with web, mail:
        for server in (web, mail):
            threading.Thread(target=server.serve_forever, args=(0.2,), daemon=True).start()
        stopping.wait()
        for server in (web, mail):
            server.shutdown()


if __name__ == "__main__":
    main()
