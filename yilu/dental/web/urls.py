"""The addresses of dentistry. Parts about a visit are framed by the doctor's room."""

from django.urls import URLPattern, path

from yilu.dental.web import chart, images, packs, perio, plans

app_name = "dental"
V = "visit/<uuid:visit_id>"
I = f"{V}/plan/<uuid:item_id>"  # noqa: E741 (as short as its neighbour)
urlpatterns: list[URLPattern] = [
    path(f"{V}/", chart.teeth, name="teeth"),
    path(f"{V}/chart", chart.chart, name="chart"),
    path(f"{V}/sitting", chart.sitting, name="sitting"),
    path(f"{V}/record", chart.record, name="record"),
    path(f"{V}/enter", chart.entered, name="enter"),
    path(f"{V}/dentition", chart.dentition, name="dentition"),
    path(f"{V}/entries/<uuid:entry_id>/withdraw", chart.withdrawn, name="withdraw-entry"),
    path(f"{V}/print", chart.printed, name="print"),
    path(f"{V}/chair", chart.chair_view, name="chair"),
    path(f"{V}/perio", perio.perio, name="perio"),
    path(f"{V}/perio/save", perio.perio_save, name="perio-save"),
    path(f"{V}/perio/sign", perio.perio_sign, name="perio-sign"),
    path(f"{V}/perio/print", perio.perio_print, name="perio-print"),
    path(f"{V}/plan", plans.plan, name="plan"),
    path(f"{V}/plan/add", plans.plan_add, name="plan-add"),
    path(f"{V}/plan/propose", plans.plan_propose, name="plan-propose"),
    path(f"{V}/plan/estimate.pdf", plans.plan_paper, name="plan-paper"),
    path(f"{I}/times", plans.plan_times, name="plan-times"),
    path(f"{I}/book", plans.plan_book, name="plan-book"),
    path(f"{I}/done", plans.plan_done, name="plan-done"),
    path(f"{I}/drop", plans.plan_drop, name="plan-drop"),
    path(f"{I}/back", plans.plan_back, name="plan-back"),
    path(f"{V}/images", images.images, name="images"),
    path(f"{V}/images/add", images.image_add, name="image-add"),
    path(f"{V}/images/look", images.image_look, name="image-look"),
    path(f"{V}/images/<uuid:image_id>", images.image, name="image"),
    path(f"{V}/images/<uuid:image_id>/small", images.image_small, name="image-small"),
    path(f"{V}/images/<uuid:image_id>/withdraw", images.image_withdrawn, name="image-withdraw"),
    path(f"{V}/packs", packs.packs, name="packs"),
    path(f"{V}/packs/open", packs.pack_opened, name="open-pack"),
    path(f"{V}/packs/trace", packs.traced, name="trace-packs"),
    path(f"{V}/packs/<uuid:use_id>/withdraw", packs.pack_withdrawn, name="withdraw-pack"),
]
