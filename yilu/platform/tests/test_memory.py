"""What a process does not look through again and again."""

import subprocess
import sys

STARTED = "import gc, yilu.config.asgi; print(gc.get_freeze_count(), len(gc.get_objects()))"


def test_what_a_web_process_has_loaded_is_left_out_of_the_search_for_what_is_unused():
    said = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, check=True)  # noqa: S603 (our own program)

    left_out, still_looked_through = map(int, said.stdout.split()[-2:])
    assert left_out > 10 * still_looked_through
