"""A worker with one subscriber, run as a process of its own and killed by a test."""

import django

django.setup()

from yilu.platform import outbox  # noqa: E402 (models need Django)
from yilu.platform.tests.tea_events import count_cup  # noqa: E402
from yilu.platform.worker.loop import Worker  # noqa: E402

if __name__ == "__main__":
    outbox.subscriptions.clear()
    outbox.subscriber("tests.count", "TeaServed")(count_cup)
    Worker().run()
