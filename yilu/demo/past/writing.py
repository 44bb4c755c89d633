"""Writing what was told."""

from django.db import connection

from yilu.demo.past.chapters import Chapter
from yilu.platform.copying import write_gathered

# What is asked next, still in the same transaction, joins these; unknown to the planner, it takes
# seconds. All others are looked at by the server itself, within a minute of the commit.
_LOOK_OVER = "ANALYZE scheduling_booking, scheduling_allocation, visits_visit"


def write_chapter(chapter: Chapter) -> None:
    """Write the rows of a chapter, and have their foreign keys looked at.

    This is done chapter by chapter, while the next is told: all together in the end it would be
    done while nobody else works.
    """
    write_gathered(chapter.copies)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def look_over() -> None:
    """Let PostgreSQL know what was written. One statement; only the tables' owner can."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_OVER)
