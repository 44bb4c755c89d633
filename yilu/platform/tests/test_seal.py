"""Who tampers with the record is found, at the first line that was touched."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from yilu.platform import audit, clock, seal
from yilu.platform.actors import Actor
from yilu.platform.models import AuditEntry, Position
from yilu.platform.seal import Broken, Sealer

pytestmark = pytest.mark.django_db
DELETE = "DELETE FROM platform_auditentry WHERE seq = {0}"
REORDER = "UPDATE platform_auditentry SET seq = {4} + {5} - seq WHERE seq IN ({4}, {5})"


@pytest.fixture(autouse=True)
def _own_seals(settings, tmp_path):
    settings.SEALS_ROOT = tmp_path / "seals"


def write(lines: int) -> list[int]:
    for number in range(lines):
        audit.record_plain(Actor.system("test"), "platform.test.done", number=number)
    return list(AuditEntry.objects.order_by("seq").values_list("seq", flat=True))


def everything() -> int:
    return AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def as_owner(*statements: str) -> None:
    """What only the owner of the database can do, past its triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("SET ROLE yilu_app")


def seal_file():
    return next(seal._path().parent.iterdir())


def test_an_untouched_record_fits_its_seals():
    write(5)

    assert (seal.seal(everything()), seal.seal(everything())) == (5, 0)
    write(3)
    assert seal.seal(everything()) == 3
    assert seal.verify() == seal.Verdict(8)


@pytest.mark.parametrize(
    ("tamper", "at", "how"),
    [
        ("UPDATE platform_auditentry SET action = 'x' WHERE seq = {3}", 3, "changed"),
        ("DELETE FROM platform_auditentry WHERE seq = {2}", 2, "deleted"),
        ("DELETE FROM platform_auditentry WHERE seq >= {6}", 6, "deleted"),
        (
            "UPDATE platform_auditentry SET seq = {4} + {5} - seq WHERE seq IN ({4}, {5})",
            4,
            "changed",
        ),
        ("UPDATE platform_auditentry SET at = at + interval '1 s' WHERE seq = {0}", 0, "changed"),
    ],
    ids=["changed", "deleted", "tail cut", "reordered", "another time"],
)
def test_whoever_tampers_is_found_at_the_first_line(tamper, at, how):
    seqs = write(8)
    seal.seal(everything())

    as_owner(tamper.format(*seqs))

    assert seal.verify() == seal.Verdict(at, Broken(seqs[at], how))
    with pytest.raises(CommandError, match=f"line {seqs[at]}: {how}"):
        call_command("audit_verify")


def test_an_inserted_line_is_found():
    seqs = write(3)
    seal.seal(everything())
    as_owner(DELETE.format(seqs[1]))
    seal_file().unlink()
    seal.seal(everything())

    columns = ", ".join(f'"{name}"' for name in seal._COLUMNS if name not in {"seq", "id"})
    as_owner(
        f"INSERT INTO platform_auditentry (id, seq, {columns})"  # noqa: S608 (our own names)
        f" SELECT gen_random_uuid(), {seqs[1]}, {columns} FROM platform_auditentry LIMIT 1"
    )

    assert seal.verify().broken == Broken(seqs[1], "inserted")


def test_a_line_that_nobody_sealed_in_time_is_named():
    (seq,) = write(1)

    assert seal.verify().broken is None
    with clock.at(clock.now(), machine=clock.machine_now() + timedelta(minutes=6)):
        assert seal.verify().broken == Broken(seq, "not sealed")


def test_a_sealer_killed_in_the_middle_of_a_line_goes_on():
    write(3)
    seal.seal(everything())
    with seal_file().open("r+b") as file:
        file.truncate(file.seek(0, 2) - 10)

    assert seal.seal(everything()) == 1
    assert seal.verify() == seal.Verdict(3)


def test_a_changed_seal_is_found():
    seqs = write(3)
    seal.seal(everything())
    lines = seal_file().read_text().splitlines(keepends=True)
    seal_file().write_text(lines[0] + lines[2])

    assert seal.verify().broken == Broken(seqs[1], "inserted")


def test_another_database_has_seals_of_its_own():
    write(2)
    seal.seal(everything())
    Position.objects.filter(name=seal.IDENTITY).update(seq=12345)

    assert seal.seal(everything()) == 2


@pytest.mark.django_db(transaction=True)
def test_the_worker_seals_what_nobody_can_come_before(settings):
    write(2)

    assert Sealer().seal_new() == 2
    call_command("audit_verify")
