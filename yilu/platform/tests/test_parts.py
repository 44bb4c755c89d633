"""The parts of pages, drawn by their tags."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from yilu.platform import clock, looks
from yilu.platform.daygrid import Card
from yilu.platform.drawing import address, deed, deeds
from yilu.platform.ids import new_id
from yilu.platform.looks import FLAGS, Flag
from yilu.platform.running.assets import icon_names

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
TEMPLATES = sorted(ROOT.glob("yilu/*/templates/**/*.html"))


def draw(source: str, **context: object) -> str:
    with clock.at(NOON), translation.override("en"):
        return Template("{% load yl %}" + source).render(Context(context))


def test_a_state_is_never_drawn_without_its_word():
    drawn = draw('{% badge "waiting" "To pay" %}')
    assert drawn == '<span class="yl-badge yl-s yl-s-waiting">To pay</span>'


def test_a_part_that_tells_of_time_says_how_often_it_is_to_be_drawn_again():
    assert 'data-live-every="1"' in draw('{% live "/board" "board:1" every=1 %}')
    assert "data-live-every" not in draw('{% live "/board" "board:1" %}')


def test_a_live_form_sends_along_what_is_typed():
    form = draw('{% live "/again" "visit:1" typed="#form" %}')
    assert 'hx-post="/again" hx-include="#form" hx-trigger="live"' in form
    assert 'hx-get="/board" hx-trigger="live"' in draw('{% live "/board" "board:1" %}')


def test_a_live_part_sends_along_what_its_reader_chose():
    assert 'hx-get="/board" hx-include="#q"' in draw('{% live "/board" "board:1" chosen="#q" %}')


def test_a_moment_is_written_by_the_clock_on_the_wall_whatever_the_zone_of_the_server():
    late = datetime(2026, 11, 24, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

    drawn = draw('{{ at|date:"Y-m-d H:i" }} {{ day|date:"Y-m-d" }}', at=late, day=late.date())

    assert drawn == "2026-11-24 00:30 2026-11-24"
    assert draw('{{ at|date:"Y-m-d" }}', at=None) == ""


@pytest.mark.parametrize(
    "template", [one for one in TEMPLATES if "|date:" in one.read_text()], ids=lambda p: p.name
)
def test_whoever_writes_dates_takes_our_filter(template: Path):
    assert re.search(r"{% load [a-z0-9 ]*\byl\b", template.read_text())


def test_a_state_nobody_knows_looks_like_a_booking():
    assert draw('{{ "strange"|state }}') == "yl-s yl-s-booked"


def test_at_most_three_flags_stand_in_their_order():
    flags = looks.shown_flags(["confirmed", "child", "first_visit", "allergy"])
    assert flags == [FLAGS["allergy"], FLAGS["first_visit"], FLAGS["child"]]


def test_a_flag_of_ones_own_stands_before_the_named_ones():
    own = Flag("24 min late", "risk")
    assert looks.shown_flags(["child", own]) == [own, FLAGS["child"]]


def test_a_flag_that_is_only_an_icon_has_a_name():
    assert 'role="img" aria-label="Wheelchair"' in draw('{% flags "wheelchair" %}')


@pytest.mark.parametrize(
    ("starts", "ends", "classes"),
    [
        (0, 15, "at-0 for-3"),
        (60, 100, "at-12 for-8"),
        (-30, 10, "at-0 for-2"),
        (10, 12, "at-2 for-1"),
        (10, 13, "at-2 for-1"),
        (10, 16, "at-2 for-2"),
        (24 * 60, 24 * 60 + 30, "at-287 for-7"),
    ],
)
def test_a_card_stands_at_its_five_minutes(starts: int, ends: int, classes: str):
    drawn = draw(
        "{% place starts ends opens %}",
        starts=NOON + timedelta(minutes=starts),
        ends=NOON + timedelta(minutes=ends),
        opens=NOON,
    )
    assert drawn == classes


def test_a_timer_says_waited_and_promised_and_how_bad_it_is():
    drawn = draw('{% timer since 35 "10:26–10:30" %}', since=NOON - timedelta(minutes=29))
    assert 'class="yl-timer is-soon"' in drawn
    assert f'data-since="{(NOON - timedelta(minutes=29)).isoformat()}"' in drawn
    assert 'value="29" max="35"' in drawn
    assert "10:26–10:30" in drawn


def test_a_countdown_past_its_end_says_the_other_word():
    drawn = draw('{% countdown until 30 "left" "over" %}', until=NOON - timedelta(seconds=65))
    assert "<b>+0:01:05</b><span>over</span>" in drawn
    assert 'class="yl-clock is-late"' in drawn


def test_a_deed_is_a_form_that_works_without_scripts_and_once():
    drawn = draw('{% deed "/call" "Call" key="F2" version=3 %}', csrf_token="abc")  # noqa: S106
    assert 'method="post" action="/call"' in drawn
    assert re.search(r'name="request_key" value="[0-9a-f-]{36}"', drawn)
    assert 'name="version" value="3"' in drawn
    assert 'data-key="F2"' in drawn
    assert 'name="csrfmiddlewaretoken" value="abc"' in drawn


def test_a_deed_says_where_its_answer_goes_what_it_asks_and_what_it_sends_besides():
    drawn = draw(
        '{% deed "/stop" "Stop" kind="stop" icon="x" target="#dialog" confirm=question name="n"'
        ' value=value classes="btn-mini" %}{% deed "/go" "Go" %}',
        question="Stop <all>?",
        value="<1>",
    )
    first, second = drawn.split("</form>")[:2]
    assert 'hx-target="#dialog" hx-swap="outerHTML" hx-disable="find button"' in first
    assert 'hx-confirm="Stop &lt;all&gt;?" data-yes="Stop"' in first
    assert '<input type="hidden" name="n" value="&lt;1&gt;">' in first
    assert '<button class="btn btn-stop btn-mini"><svg class="yl-i"' in first
    assert "csrfmiddlewaretoken" not in drawn
    assert 'hx-swap="none"' in second
    assert '<button class="btn btn-primary">Go</button>' in second


def test_an_address_is_the_one_that_django_gives():
    row, site = new_id(), new_id()
    for name, keys in (
        ("queueing:move", [row]),
        ("queueing:deed", [row, "leave"]),
        ("queueing:call", [row, site]),
        ("workspace:manager", ["south"]),
    ):
        assert address(name, *keys) == address(name, *keys) == reverse(name, args=keys)
    assert draw('{% address "queueing:move" row %}', row=row) == reverse(
        "queueing:move", args=[row]
    )


def test_flags_stand_in_their_order_and_those_of_an_app_before_them():
    own = Flag("Own")
    assert looks.shown_flags(["priority", "late", own, "unknown"]) == [
        own, FLAGS["late"], FLAGS["priority"],
    ]  # fmt: skip


def test_what_people_typed_is_escaped_in_every_part():
    evil = "<script>alert(1)</script>"
    row = SimpleNamespace(state="waiting", number=evil, name=evil, second=evil, flags=[])
    drawn = draw('{% include "platform/_row.html" %}{% badge "late" row.name %}', row=row)
    assert "<script>" not in drawn


def test_a_field_names_what_is_wrong_to_those_who_cannot_see():
    class OneField(forms.Form):
        phone = forms.CharField(help_text="eleven digits")

    drawn = draw("{% field form.phone %}", form=OneField({"phone": ""}))
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_phone-error id_phone-hint"' in drawn
    assert 'class="form-control is-invalid"' in drawn


def test_every_icon_that_a_template_names_is_in_the_list():
    named = {
        name
        for template in TEMPLATES
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text(encoding="utf-8"))
    }
    assert named - set(icon_names()) == set()


def test_no_template_carries_script_or_style_that_the_policy_would_stop():
    forbidden = re.compile(r"""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=["']|hx-on[:=]""")
    carriers = [
        str(template.relative_to(ROOT))
        for template in TEMPLATES
        if forbidden.search(template.read_text(encoding="utf-8"))
    ]
    assert carriers == []


def card(**facts: Any) -> Card:
    made = {"state": "booked", "name": "<b>", "flags": (), "now": "", "service": "Scan & more"}
    whole = {"minutes": 15, "third": "", "url": "/scheduling/bookings/1/", **made, **facts}
    return Card(starts_at=NOON, ends_at=NOON + timedelta(minutes=15), **whole)


def drawn_card(**facts: Any) -> str:
    return draw("{% cards cards opens %}", cards=[card(**facts)], opens=NOON - timedelta(hours=1))


def test_a_card_that_can_be_moved_is_a_cell_with_all_that_keys_and_hand_need():
    one = new_id()
    assert drawn_card(id=one, version=3, may_move=True, now="9 min late", state="late") == (
        '<a class="yl-book yl-s yl-s-late is-short at-12 for-3" href="/scheduling/bookings/1/"'
        f' data-row id="card-{one}" role="gridcell" tabindex="-1" draggable="false"'
        f' data-booking="{one}" data-version="3" data-minutes="15" data-movable'
        ' title="04:00–04:15"><div class="yl-line1"><span class="yl-name" translate="no">'
        '&lt;b&gt;</span><b class="yl-st">9 min late</b></div></a>'
    )


def test_a_longer_card_has_more_lines_and_what_matters_now_stands_before_the_service():
    middle = drawn_card(minutes=25, now="Late", flags=("allergy",))
    high = drawn_card(minutes=40, third="")

    assert 'class="yl-book yl-s yl-s-booked is-mid at-12' in middle
    assert '<div class="yl-line2"><b class="yl-st">Late</b> · Scan &amp; more</div></a>' in middle
    assert 'title="Allergy"' in middle
    assert high.endswith('more</div><div class="yl-line2">04:00–04:15</div></a>')
    assert "gridcell" not in high


def test_a_deed_drawn_for_many_rows_is_the_deed_of_each():
    one, key = deeds("Leave <now>", "token", {"kind": "item", "confirm": "Sure?"}), new_id()

    drawn = [one(f"/rows/{n}?a=1&b={{2}}", n) for n in (1, 2)]

    said = [re.sub(r"[0-9a-f-]{36}", str(key), each) for each in drawn]
    options = {"kind": "item", "confirm": "Sure?"}
    assert said == [
        deed(f"/rows/{n}?a=1&b={{2}}", "Leave <now>", "token", key, options | {"version": n})
        for n in (1, 2)
    ]
    assert len({re.search(r"[0-9a-f-]{36}", each)[0] for each in drawn}) == 2
