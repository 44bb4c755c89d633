"""The main pages, each as somebody sees it. Whoever adds a page to the product adds it here."""

from look import deeds
from look.shots import BOTH, PHONE, WALL, Shot

STRANGERS = [
    Shot("sign-in", "/sign-in", sizes=BOTH),
    Shot("sign-in-refused", "/sign-in", sizes=BOTH, deed=deeds.wrong_password),
    Shot("design-system", "/design", sizes=BOTH, whole=True),
    Shot("book-1-site", "/book", sizes=BOTH),
    Shot("book-2-service", "/book/south/", sizes=BOTH),
    Shot("book-2-nothing-fits", "/book/south/?q=xyz", sizes=PHONE),
    Shot("book-3-doctor", "/book/south/", sizes=BOTH, deed=deeds.choose_service),
    Shot("book-4-time", "/book/south/", sizes=BOTH, deed=deeds.choose_doctor),
    Shot("book-5-phone", "/book/south/", sizes=PHONE, deed=deeds.choose_time),
    Shot("book-6-code", "/book/south/", sizes=PHONE, deed=deeds.ask_for_code),
    Shot("book-7-who", "/book/south/", sizes=PHONE, deed=deeds.prove_phone, whole=True),
    Shot("book-7-incomplete", "/book/south/", sizes=PHONE, deed=deeds.forget_all, whole=True),
    Shot("my-sign-in", "/my/sign-in", sizes=BOTH),
    Shot("my-sign-in-refused", "/my/sign-in", sizes=PHONE, deed=deeds.wrong_phone),
    Shot("link-over", "/v/never-given-out", sizes=BOTH),
    Shot("payer-over", "/p/never-given-out", sizes=PHONE),
    Shot("book-which", "/book/south/which", sizes=BOTH, whole=True),
    Shot("prices", "/prices", sizes=BOTH),
    Shot("nothing-here", "/no-such-page", sizes=BOTH),
    Shot("my-nothing-here", "/my/no-such-page", sizes=PHONE),
]
COMING = "patient_coming"
WAITING = "patient_waiting"
PAYING = "patient_paying"
GONE = "patient_gone"
MINE = "/my/visit/{subject}"
PATIENTS = [
    Shot("my-coming", "/my", COMING, sizes=BOTH, whole=True),
    Shot("my-move", f"{MINE}/move", COMING, sizes=PHONE),
    Shot("my-cancel", f"{MINE}/cancel", COMING, sizes=PHONE),
    Shot("my-late", f"{MINE}/late", COMING, sizes=PHONE),
    Shot("my-arrive", f"{MINE}/arrive", COMING, sizes=PHONE),
    Shot("my-slip", f"{MINE}/slip", COMING, sizes=BOTH),
    Shot("my-waiting", "/my", WAITING, sizes=BOTH, whole=True),
    Shot("my-guide-sheet", f"{MINE}/slip", WAITING, sizes=BOTH),
    Shot("my-to-pay", "/my", PAYING, sizes=PHONE, whole=True),
    Shot("my-pay", f"{MINE}/pay", PAYING, sizes=BOTH, whole=True),
    Shot("my-pay-code", f"{MINE}/pay", PAYING, sizes=BOTH, deed=deeds.ask_to_pay, whole=True),
    Shot("my-pay-other", f"{MINE}/pay", PAYING, sizes=PHONE, deed=deeds.let_other_pay),
    Shot("payer", f"{MINE}/pay", PAYING, sizes=BOTH, deed=deeds.open_payer_link),
    Shot("my-gone", MINE, GONE, sizes=PHONE, whole=True),
    Shot("my-sheet", f"{MINE}/sheet", GONE, sizes=BOTH, whole=True),
    Shot("my-sheet-print", f"{MINE}/sheet?print=1", GONE, sizes=BOTH),
    Shot("my-papers", f"{MINE}/papers", GONE, sizes=PHONE),
    Shot("my-paid", f"{MINE}/pay", GONE, sizes=PHONE),
    Shot("my-bookings", "/my/bookings", GONE, sizes=BOTH),
    Shot("my-bills", "/my/bills", GONE, sizes=BOTH),
    Shot("my-me", "/my/me", GONE, sizes=BOTH),
    Shot("my-messages", "/my/me/messages", COMING, sizes=PHONE),
    Shot("my-family", "/my/me/family", GONE, sizes=PHONE),
    Shot("my-link", "/my/me/link", GONE, sizes=PHONE),
]
DESK = [
    Shot("front-desk", "/desk/", "front_desk", sizes=BOTH),
    Shot("walk-in", "/reception/south/walk-in", "front_desk", sizes=BOTH),
    Shot("which-department", "/reception/south/where", "front_desk", sizes=BOTH),
    Shot("telephone", "/reception/south/phone/", "front_desk", sizes=BOTH),
    Shot("incidents", "/reception/south/incidents/", "front_desk", sizes=BOTH),
    Shot("booking-new", "/desk/", "front_desk", sizes=BOTH, deed=deeds.new_booking),
    Shot("bookings", "/scheduling/", "front_desk", sizes=BOTH),
    Shot("booking", "/scheduling/", "front_desk", sizes=BOTH, deed=deeds.first_booking),
    Shot("find-a-time", "/scheduling/find", "front_desk", sizes=BOTH),
    Shot("waiting-list", "/scheduling/waiting/", "front_desk", sizes=BOTH),
    Shot("plans", "/scheduling/plans/", "front_desk", sizes=BOTH),
    Shot("examinations", "/examinations/", "front_desk", sizes=BOTH),
    Shot("patients", "/patients/", "front_desk", sizes=BOTH),
    Shot("patient", "/patients/?q=白", "front_desk", sizes=BOTH, deed=deeds.first_patient),
    Shot("patient-new", "/patients/new", "front_desk", sizes=BOTH),
    Shot("search", "/desk/", "front_desk", deed=deeds.search),
    Shot("queues", "/queueing/sites/{site}/", "front_desk", sizes=BOTH),
    Shot("queue", "/queueing/sites/{site}/", "front_desk", sizes=BOTH, deed=deeds.first_queue),
    Shot("guide", "/desk/", "guide", sizes=BOTH),
]
CARE = [
    Shot("nurse", "/nurse/", "nurse", sizes=BOTH),
    Shot("doctor-room", "/room/", "doctor", sizes=BOTH),
    Shot("dentist-room", "/room/", "dentist", sizes=BOTH),
    Shot("cashier", "/billing/{site}/", "cashier", sizes=BOTH),
    Shot("pharmacy", "/pharmacy/?site={site}", "pharmacist", sizes=BOTH),
    Shot("follow-up", "/aftercare/{site}/", "care", sizes=BOTH),
]
LEADING = [
    Shot("manager", "/manager/", "manager", sizes=BOTH),
    Shot("to-do", "/pathways/worklist", "manager", sizes=BOTH),
    Shot("no-shows", "/prediction/", "manager"),
    Shot("long-waits", "/queueing/long-waits/", "manager", sizes=BOTH),
    Shot("wait-forecasts", "/queueing/forecasts/", "manager"),
    Shot("wait-limits", "/queueing/long-waits/limits", "manager"),
    Shot("no-show-calls", "/prediction/calls/", "front_desk", sizes=BOTH),
    Shot("booking-figures", "/insight/bookings/?unit=week", "manager", sizes=BOTH, whole=True),
    Shot("extra-places", "/prediction/places/", "manager"),
    Shot("channels", "/scheduling/channels/", "manager", sizes=BOTH),
    Shot("roster", "/scheduling/roster/", "manager"),
    Shot("partners", "/interop/partners/", "administrator", sizes=BOTH),
    Shot("messages", "/messaging/", "manager", sizes=BOTH),
    Shot("message-wordings", "/messaging/templates/", "administrator"),
    Shot("pathways", "/pathways/definitions/", "administrator"),
    Shot("pathway", "/pathways/definitions/", "administrator", deed=deeds.first_pathway),
    Shot("staff", "/workforce/", "administrator", sizes=BOTH),
    Shot("sites", "/facility/", "administrator", sizes=BOTH),
    Shot("site", "/facility/{site}/", "administrator"),
    Shot("hours", "/facility/{site}/hours", "administrator"),
    Shot("price-list", "/catalogue/prices", "administrator"),
    Shot("services", "/catalogue/services", "administrator"),
    Shot("screens", "/queueing/screens", "administrator"),
]
HALL = [
    Shot("wall", "/queueing/wall/south/", "administrator", sizes=WALL),
    Shot("arrive-code", "/arrive/south", "manager", sizes=WALL),
]
SHOTS = [*STRANGERS, *PATIENTS, *DESK, *CARE, *LEADING, *HALL]
