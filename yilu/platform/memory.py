"""How a process that runs for days keeps its memory tidy."""

import gc


def settle() -> None:
    """Leave what is loaded by now out of the search for what is no longer used.

    Code, models and forms stay to the end. The interpreter would look through all of them, some
    hundred thousand, whenever many objects were made, as a large page makes them: a tenth of a
    second, in which nobody else is answered. Call it once, when everything is loaded.
    """
    gc.collect()
    gc.freeze()
