"""The addresses of billing."""

from django.urls import path

from yilu.billing.web import advances, errands, notices, teeth, views

app_name = "billing"
urlpatterns = [
    path("<uuid:site_id>/", views.cashier, name="cashier"),
    path("<uuid:site_id>/waiting", views.waiting, name="waiting"),
    path("<uuid:site_id>/takings", views.takings, name="takings"),
    path("<uuid:site_id>/paid", views.paid, name="paid"),
    path("<uuid:site_id>/gateway", errands.gateway, name="gateway"),
    path("gateway/<slug:kind>/<uuid:subject_id>/again", errands.try_again, name="try-again"),
    path("<uuid:site_id>/advances", advances.advances, name="advances"),
    path("<uuid:site_id>/advances.csv", advances.advances_csv, name="advances-csv"),
    path("dental/<uuid:item_id>", teeth.dental, name="dental-charge"),
    path("bill/<uuid:bill_id>", views.bill, name="bill"),
    path("bill/<uuid:bill_id>/cash", views.cash, name="cash"),
    path("bill/<uuid:bill_id>/code", views.code, name="code"),
    path("payment/<uuid:payment_id>/qr.svg", views.qr, name="qr"),
    path("payment/<uuid:payment_id>/refund", views.refund, name="refund"),
    path("receipt/<uuid:receipt_id>.pdf", views.receipt, name="receipt"),
    path("wechatpay/<uuid:site_id>/notice", notices.wechatpay, name="wechatpay-notice"),
]
