"""What is done on a page before its picture is taken. Words differ by language; none is used."""

import secrets
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page


def wrong_password(page: Page) -> None:
    """Sign in with a password that is not right."""
    page.fill("input[name=number]", "10027")
    page.fill("input[name=password]", "not the password")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


def choose_service(page: Page) -> None:
    """The second service of the list."""
    page.locator("a.yl-pick").nth(1).click()
    page.wait_for_load_state()


def choose_doctor(page: Page) -> None:
    """Whoever is free first."""
    choose_service(page)
    page.locator("a.yl-pick").first.click()
    page.wait_for_load_state()


def choose_time(page: Page) -> None:
    """The last time of the day; strangers are asked for their phone then."""
    choose_doctor(page)
    page.locator(".yl-times button").last.click()
    page.wait_for_selector("input[name=phone]")


def ask_for_code(page: Page) -> None:
    """Give a phone that nobody has."""
    choose_time(page)
    page.fill("input[name=phone]", f"121{secrets.randbelow(10**8):08}")
    page.click("main button.btn-primary")
    page.wait_for_selector("input[name=code]")


def prove_phone(page: Page) -> None:
    """Type the code that the demonstration shows."""
    ask_for_code(page)
    page.fill("input[name=code]", page.locator(".yl-note b").inner_text())
    page.click("main button.btn-primary")
    page.wait_for_selector(".yl-ph-cta button")


def forget_all(page: Page) -> None:
    """Book without saying for whom."""
    prove_phone(page)
    page.click(".yl-ph-cta button")
    page.wait_for_selector(".yl-err")


def family_times(page: Page) -> None:
    """Times at which two of the account can come; a child is added to whoever is alone."""
    page.goto(urljoin(page.url, "/book/south/"))
    choose_service(page)
    page.locator("a.yl-pick[href$='/together']").click()
    page.wait_for_load_state()
    if page.locator("a[href$='/my/me/family']").count():
        page.locator("a[href$='/my/me/family']").click()
        page.fill("input[name=name]", "贺小满")
        page.locator("input[name=sex]").first.check()
        page.fill("input[name=born_on]", "2023-05-02")
        page.select_option("select[name=kind]", "child")
        page.check("input[name=consent]")
        _send(page)
        family_times(page)
        return
    page.wait_for_selector("button[name=times]")


def family_details(page: Page) -> None:
    """Choose one of these times: what is asked of each."""
    family_times(page)
    page.locator("button[name=times]").first.click()
    page.wait_for_load_state()


def wrong_phone(page: Page) -> None:
    """A number that nobody can have."""
    page.fill("input[name=phone]", "12345")
    page.click("main button.btn-primary")
    page.wait_for_selector(".yl-err")


def ask_to_pay(page: Page) -> None:
    """Have the gateway give a code, if none is shown yet."""
    if page.locator("img.po-qr").count() == 0:
        page.click("form[action$='/pay/ask'] button")
    page.wait_for_selector("img.po-qr")


def let_other_pay(page: Page) -> None:
    """Make a link for somebody else."""
    page.click("form[action$='/pay/other'] button")
    page.wait_for_selector("#payer-link")


def open_payer_link(page: Page) -> None:
    """Be that somebody else."""
    let_other_pay(page)
    link = urlsplit(page.input_value("#payer-link"))
    page.goto(f"{page.url.split('/my/', maxsplit=1)[0]}{link.path}")


def new_booking(page: Page) -> None:
    """Begin a booking by its key."""
    page.keyboard.press("n")
    page.wait_for_selector("#dialog[open] #id_service")


def first_booking(page: Page) -> None:
    """Open the first booking of the day."""
    page.locator("a[href*='/scheduling/bookings/']").first.click()
    page.wait_for_load_state()


def first_patient(page: Page) -> None:
    """Open the first patient that was found."""
    page.locator("main a[href^='/patients/0']").first.click()
    page.wait_for_load_state()


def search(page: Page) -> None:
    """Search by the end of a phone, from the field at the top."""
    page.keyboard.press("/")
    page.keyboard.type("1205")
    page.wait_for_selector("#hits a, .yl-hits a")


def risks(page: Page) -> None:
    """The dialog with the scores of the patient in the room."""
    page.locator("[hx-get$='/risks']").first.click()
    page.wait_for_selector("#dialog[open] #part-risks")


def paid_bill(page: Page) -> None:
    """Open the last bill that was paid."""
    page.locator("main table a.yl-name").first.click()
    page.wait_for_load_state()


def first_queue(page: Page) -> None:
    """Open the first queue."""
    page.locator("main a[href*='/queueing/queues/']").first.click()
    page.wait_for_load_state()


def first_pathway(page: Page) -> None:
    """Open the first pathway."""
    page.locator(
        "main a[href^='/pathways/definitions/']:not([href$='/definitions/'])"
    ).first.click()
    page.wait_for_load_state()


def first_line(page: Page) -> None:
    """Open the first line of the list."""
    page.locator("main .yl-row a.yl-name, main .yl-rows a.yl-open").first.click()
    page.wait_for_load_state()


def paper(page: Page) -> None:
    """Enter the form that nobody has accounted for."""
    first_line(page)
    page.locator("[data-state=open] a.btn").first.click()
    page.wait_for_load_state()


def call(page: Page) -> None:
    """Call back whoever was missed: the call opens."""
    page.locator("[hx-post$='/call'] button").first.click()
    page.wait_for_url("**/reception/calls/**")
    page.wait_for_load_state()


def promise(page: Page) -> None:
    """The dialog that promises a call."""
    _dialog(page, "[hx-get*='/phone/promise']")


def incident(page: Page) -> None:
    """Open the latest incident."""
    page.locator("main a[href*='/reception/incidents/']").first.click()
    page.wait_for_load_state()


def incident_print(page: Page) -> None:
    """Its paper."""
    incident(page)
    page.goto(f"{page.url.rstrip('/')}/print")


def new_incident(page: Page) -> None:
    """Which kind it is, by its key."""
    page.keyboard.press("F8")
    page.wait_for_selector("#dialog[open] button")


def which(page: Page) -> None:
    """Ask which department, in own words."""
    page.fill("textarea", "发烧两天，咳嗽，有点头痛")
    _send(page)


def which_alarm(page: Page) -> None:
    """The same with what must not wait."""
    page.fill("textarea", "胸口痛得厉害，出冷汗，喘不过气")
    _send(page)


def worse(page: Page) -> None:
    """Whoever waits feels worse."""
    page.locator("a[href*='/worse'], [hx-get*='/worse']").first.click()
    page.wait_for_load_state()


def merged(page: Page) -> None:
    """Open the patient of the first merge."""
    page.locator("main a[href^='/patients/0']").first.click()
    page.wait_for_load_state()
    page.wait_for_timeout(600)


def cards(page: Page) -> None:
    """The visit cards of the first patient."""
    first_patient(page)
    page.locator("#slot-cards .pt-line").first.wait_for()


def new_card(page: Page) -> None:
    """The dialog that gives one out."""
    cards(page)
    _dialog(page, "#slot-cards [hx-get$='/cards/new']")


def card_print(page: Page) -> None:
    """A card on paper."""
    cards(page)
    page.goto(page.locator("#slot-cards a[href$='/print']").first.evaluate("(link) => link.href"))


def ask_for_guide(page: Page) -> None:
    """The dialog that asks for a guide, for who waits first."""
    page.locator("#waiting [hx-get*='/guiding/visits/']").first.dispatch_event("click")
    page.wait_for_selector("#dialog[open] form")


def questions(page: Page) -> None:
    """The questions of the patient at the nurse's desk."""
    _somebody_called(page)
    page.locator("#ask-more").scroll_into_view_if_needed()


def level(page: Page) -> None:
    """The dialog for how urgent that patient is."""
    _somebody_called(page)
    _dialog(page, "#level [hx-get$='/level/set']")


def outbreak(page: Page) -> None:
    """The dialog that switches outbreak mode on, by its key."""
    page.keyboard.press("o")
    page.wait_for_selector("#dialog[open] form")


def other_record(page: Page) -> None:
    """Look for the other record of the first patient."""
    first_patient(page)
    page.wait_for_timeout(600)
    page.goto(f"{page.url.split('?', maxsplit=1)[0].rstrip('/')}/merge?q=白")


def compare(page: Page) -> None:
    """Compare two records."""
    other_record(page)
    page.locator("a[href*='/merge/']").first.click()
    page.wait_for_load_state()


def say_who(page: Page, who: Mapping[str, str]) -> None:
    """At a kiosk: phone and birth date, and on to what one came for."""
    page.fill("#number", who["phone"])
    page.fill("#born_on", who["born"])
    page.click("form button.is-primary")
    page.wait_for_url(lambda url: not urlsplit(url).path.endswith("/who"))


def send(page: Page) -> None:
    """Send the page's form as it stands."""
    _go(page, ".yl-k-body form button.is-primary")


def touch_cough(page: Page) -> None:
    """At a kiosk: cough, and on."""
    _touch(page, "cough")


def touch_chest_pain(page: Page) -> None:
    """At a kiosk: what must not wait."""
    _touch(page, "chest_pain")


def complaint(page: Page) -> None:
    """At a kiosk: touch what troubles one."""
    page.locator("a[href$='/where']").click()
    page.wait_for_selector("input[name=chosen]", state="attached")


def kiosk_worse(page: Page) -> None:
    """At a kiosk: whoever waits feels worse."""
    _go(page, "form[action$='/worse'] button")


def kiosk_help(page: Page) -> None:
    """At a kiosk: somebody shall come."""
    _go(page, "form[action$='/help'] button")


def _somebody_called(page: Page) -> None:
    """Call the next patient if nobody is at the nurse's desk."""
    page.locator("[data-stream=open]").wait_for(state="attached")
    if not page.locator("#ask-more").count():
        page.get_by_role("button").filter(has_text="F2").first.click()


def _touch(page: Page, what: str) -> None:
    complaint(page)
    page.locator(f"label:has(input[value={what}])").first.click()
    send(page)


def _dialog(page: Page, opener: str) -> None:
    page.locator(opener).first.click()
    page.wait_for_selector("#dialog[open] form")


def _send(page: Page) -> None:
    _go(page, "main form button.btn-primary")


def _go(page: Page, what: str) -> None:
    """Press what leads to another page, and wait until it is there."""
    with page.expect_navigation():
        page.locator(what).first.click()
