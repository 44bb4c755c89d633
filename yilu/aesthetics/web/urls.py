"""The addresses of aesthetics. Everything about a visit stands below one address."""

from django.urls import URLPattern, path

from yilu.aesthetics.web import care, consulting, courses, photos, sessions

app_name = "aesthetics"
V = "visit/<uuid:visit_id>"
S = f"{V}/sessions/<uuid:session_id>"
C = f"{V}/courses/<uuid:course_id>"
P = f"{V}/photos/<uuid:photo_id>"
urlpatterns: list[URLPattern] = [
    path(f"{V}/", consulting.page, name="visit"),
    path(f"{V}/consultation", consulting.part, name="consultation"),
    path(f"{V}/consultation/write", consulting.written, name="write-consultation"),
    path(f"{V}/treatment/", sessions.page, name="treatment"),
    path(f"{V}/sessions", sessions.part, name="sessions"),
    path(f"{V}/sessions/before", sessions.before, name="before-session"),
    path(f"{V}/sessions/begin", sessions.begun, name="begin-session"),
    path(f"{S}/pass", sessions.passed, name="record-pass"),
    path(f"{S}/end", sessions.ended, name="end-session"),
    path(f"{S}/stop", sessions.stopped, name="stop-session"),
    path(f"{S}/adverse", sessions.adverse, name="note-adverse"),
    path(f"{V}/passes/<uuid:pass_id>/withdraw", sessions.pass_withdrawn, name="withdraw-pass"),
    path(f"{V}/photos/", photos.page, name="photos"),
    path(f"{V}/photos/part", photos.part, name="photos-part"),
    path(f"{V}/photos/uses", photos.uses, name="photo-uses"),
    path(f"{V}/photos/take", photos.take, name="take-photo"),
    path(f"{V}/photos/compare/<uuid:before_id>/<uuid:after_id>", photos.compare, name="compare"),
    path(f"{P}/", photos.show, name="photo"),
    path(f"{P}/image", photos.image, name="image"),
    path(f"{P}/points", photos.points, name="photo-points"),
    path(f"{P}/withdraw", photos.withdrawn, name="withdraw-photo"),
    path(f"{P}/share", photos.shared, name="share-photo"),
    path(f"{P}/design", photos.designed, name="draw-design"),
    path(f"{P}/design/<uuid:design_id>/sign", photos.design_signed, name="sign-design"),
    path(f"{V}/courses/", courses.page, name="courses"),
    path(f"{V}/courses/part", courses.part, name="courses-part"),
    path(f"{V}/courses/sell", courses.sold, name="sell-course"),
    path(f"{V}/courses/offer", courses.offered, name="offer-package"),
    path(f"{C}/end", courses.ended, name="end-course"),
    path(f"{C}/give-back/<uuid:session_id>", courses.given_back, name="give-back"),
    path(f"{V}/care/", care.page, name="care"),
    path(f"{V}/care/part", care.part, name="care-part"),
    path(f"{V}/care/write", care.written, name="write-profile"),
    path(f"{V}/care/word", care.worded, name="word-advice"),
    path(f"{V}/care/words", care.words, name="advice-words"),
    path(f"{S}/advice", care.given, name="hand-over"),
    path(f"{S}/advice/paper", care.paper, name="advice-paper"),
]
