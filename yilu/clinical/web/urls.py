"""The addresses of clinical. Parts of a visit's page can be framed by higher apps."""

from django.urls import URLPattern, path

from yilu.clinical.web import (
    consent_texts,
    consents,
    joined,
    notes,
    opinions,
    plans,
    prescriptions,
    procedures,
    risks,
    views,
    vitals,
)

app_name = "clinical"
V = "visit/<uuid:visit_id>"
C = "consent/<uuid:consent_id>"
P = "procedure/<uuid:procedure_id>"
L = "plan/<uuid:plan_id>"
Q = "opinion/<uuid:opinion_id>"
D = "discussion/<uuid:discussion_id>"
W = "work/<uuid:site_id>"
urlpatterns: list[URLPattern] = [
    path("patient/<uuid:patient_id>/joined", joined.joined, name="joined"),
    path(f"{V}/", views.visit, name="visit"),
    path(f"{V}/assess/", vitals.assess, name="assess"),
    path(f"{V}/banner", views.banner_view, name="banner"),
    path(f"{V}/history", views.history, name="history"),
    path(f"{V}/vitals", vitals.vitals, name="vitals"),
    path(f"{V}/vitals/form", vitals.vitals_form, name="vitals-form"),
    path(f"{V}/vitals/score", vitals.score, name="score"),
    path(f"{V}/vitals/<uuid:vitals_id>/withdraw", vitals.vitals_withdrawn, name="withdraw-vitals"),
    path(f"{V}/intake", vitals.intake, name="intake"),
    path(f"{V}/intake/again", vitals.intake_again, name="intake-again"),
    path(f"{V}/note", notes.note, name="note"),
    path(f"{V}/note/draft", notes.note_draft, name="note-draft"),
    path(f"{V}/note/sign", notes.note_signed, name="sign-note"),
    path(f"{V}/note/amend", notes.note_amended, name="amend-note"),
    path(f"{V}/note/versions", notes.note_versions, name="note-versions"),
    path(f"{V}/note/print", notes.note_print, name="note-print"),
    path(f"{V}/diagnoses/search", notes.diagnosis_search, name="diagnosis-search"),
    path(f"{V}/diagnoses/add", notes.diagnosis_added, name="add-diagnosis"),
    *(
        path(
            f"{V}/diagnoses/<uuid:diagnosis_id>/{what}",
            notes.diagnosis_changed,
            {"what": what},
            name=f"diagnosis-{what}",
        )
        for what in ("remove", "primary", "suspected", "certain")
    ),
    path(f"{V}/prescription", prescriptions.prescription, name="prescription"),
    path(f"{V}/prescription/sign", prescriptions.prescription_signed, name="sign-prescription"),
    path(f"{V}/drugs/search", prescriptions.drug_search, name="drug-search"),
    path(
        f"{V}/prescription/<uuid:prescription_id>/void",
        prescriptions.prescription_voided,
        name="void-prescription",
    ),
    path(
        f"{V}/prescription/<uuid:prescription_id>/confirm",
        prescriptions.prescription_confirmed,
        name="confirm-prescription",
    ),
    path(
        "prescription/<uuid:prescription_id>/pdf",
        prescriptions.prescription_paper,
        name="prescription-pdf",
    ),
    path(f"{V}/allergies/add", views.allergy, name="add-allergy"),
    path(
        f"{V}/allergies/none",
        views.allergies_confirmed,
        {"none_known": True},
        name="no-allergies",
    ),
    path(
        f"{V}/allergies/confirm",
        views.allergies_confirmed,
        {"none_known": False},
        name="confirm-allergies",
    ),
    path(f"{V}/allergies/<uuid:allergy_id>/verify", views.allergy_verified, name="verify-allergy"),
    path(f"{V}/allergies/<uuid:allergy_id>/refute", views.allergy_refuted, name="refute-allergy"),
    path(f"{V}/problems/add", views.problem, name="add-problem"),
    path(f"{V}/problems/<uuid:problem_id>/resolve", views.problem_resolved, name="resolve-problem"),
    path(f"{V}/background", views.background, name="background"),
    path(f"{V}/risks", risks.risks, name="risks"),
    path(f"{V}/risks/<slug:key>", risks.risk, name="risk"),
    path(f"{V}/risks/<slug:key>/result", risks.risk_live, name="risk-live"),
    path(f"{V}/risks/<uuid:risk_id>/withdraw", risks.risk_withdrawn, name="withdraw-risk"),
    path(f"{V}/consents", consents.consents, name="consents"),
    path(f"{V}/consents/<slug:key>", consents.prepare, name="prepare-consent"),
    path("patient/<uuid:patient_id>/consents", consents.of_patient, name="patient-consents"),
    path(f"{C}/", consents.show, name="consent"),
    path(f"{C}/state", consents.state, name="consent-state"),
    path(f"{C}/hand", consents.hand, name="consent-hand"),
    path(f"{C}/said", consents.said, name="consent-said"),
    path(f"{C}/doctor", consents.doctor, name="consent-doctor"),
    path(f"{C}/second", consents.second, name="consent-second"),
    path(f"{C}/link", consents.link, name="consent-link"),
    path(f"{C}/withdraw", consents.withdraw, name="withdraw-consent"),
    path(f"{C}/discard", consents.discard, name="discard-consent"),
    path(f"{C}/pdf", consents.paper, name="consent-pdf"),
    path(f"{V}/procedures", procedures.procedures, name="procedures"),
    path(f"{V}/exempt", procedures.exempt, name="exempt"),
    path(f"{V}/said", procedures.said, name="said"),
    path(f"{P}/", procedures.show, name="procedure"),
    path(f"{P}/state", procedures.state, name="procedure-state"),
    path(f"{P}/abandon", procedures.abandon, name="abandon-procedure"),
    path(f"{P}/observed/<uuid:observation_id>", procedures.observed, name="observed"),
    *(
        path(f"{P}/{what}", procedures.deed, {"what": what}, name=f"procedure-{what}")
        for what in ("talk", "check", "start", "end", "said")
    ),
    path(f"{V}/plans", plans.plans, name="plans"),
    path(f"{V}/plans/new", plans.propose, name="propose-plan"),
    path(f"{L}/", plans.show, name="plan"),
    path(f"{L}/state", plans.state, name="plan-state"),
    path(f"{L}/hand", plans.hand, name="plan-hand"),
    path(f"{L}/picture", plans.picture, name="plan-picture"),
    path(f"{L}/hand/picture", plans.picture, name="plan-hand-picture"),
    path(f"{L}/heard", plans.deed, {"what": "heard"}, name="plan-heard"),
    path(f"{L}/said", plans.deed, {"what": "said"}, name="plan-said"),
    path(f"{L}/link", plans.link, name="plan-link"),
    path(f"{L}/decline", plans.decline, name="decline-plan"),
    path(f"{L}/release", plans.release, name="release-plan"),
    path(f"{V}/opinions", opinions.opinions, name="opinions"),
    path(f"{Q}/", opinions.opinion, name="opinion"),
    path(f"{Q}/read", opinions.opinion_read, name="opinion-read"),
    path(f"{Q}/withdraw", opinions.opinion_withdrawn, name="withdraw-opinion"),
    path(f"{V}/discussions/new", opinions.discuss, name="discuss"),
    path(f"{D}/", opinions.discussion, name="discussion"),
    path(f"{D}/state", opinions.discussion_state, name="discussion-state"),
    path(f"{D}/sign", opinions.discussion_signed, name="sign-discussion"),
    path(f"{D}/cancel", opinions.discussion_cancelled, name="cancel-discussion"),
    path(f"{W}/", opinions.work, name="work"),
    path(f"{W}/lists", opinions.work_lists, name="work-lists"),
    path(f"{W}/said/<uuid:procedure_id>", opinions.said_read, name="said-read"),
    path("oversight/", procedures.oversight, name="oversight"),
    path("texts/", consent_texts.texts, name="consent-texts"),
    path("texts/<slug:key>", consent_texts.text, name="consent-text"),
    path(f"{V}/oxygen-target", views.oxygen_target, name="oxygen-target"),
    path(f"{V}/oxygen-target/end", views.oxygen_target_ended, name="end-oxygen-target"),
]
