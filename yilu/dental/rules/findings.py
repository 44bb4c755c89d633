"""What can be found on a tooth or its surfaces, planned for it, or done to it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SURFACE, TOOTH = "surface", "tooth"
# What of a tooth there is; one of these at a time.
PRESENT, GONE = "present", frozenset({"missing", "missing_congenital", "extraction", "pontic"})
PRESENCES = GONE | {"present", "unerupted", "impacted", "implant", "retained_root", "sound"}
# Illness that a treatment ends.
ENDED_BY = {
    "filling": {"caries", "secondary_caries"},
    "root_canal": {"pulpitis", "apical"},
    "crown": {"caries", "secondary_caries", "filling", "wear", "fracture"},
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing of the palette. `plain` is how a patient is told; `details`, what kind of it."""

    code: str
    level: str
    title: Any
    plain: Any
    words: tuple[str, ...]
    key: str = ""
    details: dict[str, Any] | None = None
    paint: str = ""

    @property
    def is_of_surface(self) -> bool:
        return self.level == SURFACE


DEPTHS = {"enamel": _("in enamel"), "dentine": _("in dentine"), "deep": _("deep")}
MATERIALS = {
    "composite": _("composite"),
    "amalgam": _("amalgam"),
    "glass_ionomer": _("glass ionomer"),
    "inlay": _("inlay or onlay"),
}
GRADES = {"1": "I", "2": "II", "3": "III"}
STAGES = {"begun": _("begun"), "filled": _("filled")}
DETAIL_WORDS = {
    "enamel": "enamel", "浅": "enamel", "dentine": "dentine", "dentin": "dentine", "中": "dentine",
    "deep": "deep", "深": "deep", "composite": "composite", "resin": "composite",
    "树脂": "composite", "amalgam": "amalgam", "银汞": "amalgam",
    "gic": "glass_ionomer", "glass ionomer": "glass_ionomer",
    "玻璃离子": "glass_ionomer", "inlay": "inlay", "onlay": "inlay", "嵌体": "inlay",
    "1": "1", "2": "2", "3": "3", "ii": "2", "iii": "3", "ⅰ": "1", "ⅱ": "2", "ⅲ": "3",
    "begun": "begun", "治疗中": "begun", "filled": "filled", "治疗后": "filled",
}  # fmt: skip

FINDINGS = {
    one.code: one
    for one in (
        Finding("caries", SURFACE, pgettext_lazy("tooth", "Caries"), _("a cavity"),
                ("caries", "decay", "龋坏", "龋齿", "龋"), "1", DEPTHS, "caries"),
        Finding("filling", SURFACE, pgettext_lazy("tooth", "Filling"), _("a filling"),
                ("filling", "filled with", "fill", "充填体", "充填", "补牙"), "2", MATERIALS,
                "fill"),
        Finding("secondary_caries", SURFACE, pgettext_lazy("tooth", "Secondary caries"),
                _("a new cavity beside a filling"),
                ("secondary caries", "recurrent caries", "继发龋"), "3", None, "caries"),
        Finding("sealant", SURFACE, pgettext_lazy("tooth", "Sealant"), _("a sealed surface"),
                ("sealant", "seal", "窝沟封闭", "封闭"), "", None, "seal"),
        Finding("wear", SURFACE, pgettext_lazy("tooth", "Wear"), _("a worn surface"),
                ("wear", "abfraction", "楔状缺损", "磨耗", "磨损"), "", None, "wear"),
        Finding("missing", TOOTH, pgettext_lazy("tooth", "Missing"), _("missing"),
                ("missing", "absent", "缺失", "缺牙"), "4"),
        Finding("missing_congenital", TOOTH, pgettext_lazy("tooth", "Congenitally missing"),
                _("never there"), ("congenitally missing", "agenesis", "先天缺失")),
        Finding("unerupted", TOOTH, pgettext_lazy("tooth", "Unerupted"), _("not yet through"),
                ("unerupted", "未萌")),
        Finding("impacted", TOOTH, pgettext_lazy("tooth", "Impacted"), _("stuck in the jaw"),
                ("impacted", "阻生")),
        Finding("root_canal", TOOTH, pgettext_lazy("tooth", "Root canal treatment"),
                _("a root canal treatment"),
                ("root canal", "root filled", "rct", "根管治疗后", "根管治疗", "根管"),
                "5", STAGES, "root"),
        Finding("crown", TOOTH, pgettext_lazy("tooth", "Crown"), _("a crown"),
                ("crown", "全冠", "冠"), "6", None, "crown"),
        Finding("extraction", TOOTH, pgettext_lazy("tooth", "Extraction"), _("taken out"),
                ("extraction", "extract", "extracted", "拔除", "拔牙", "已拔"), "7"),
        Finding("implant", TOOTH, pgettext_lazy("tooth", "Implant"), _("an implant"),
                ("implant", "种植体", "种植"), "8"),
        Finding("pontic", TOOTH, pgettext_lazy("tooth", "Bridge pontic"), _("a bridge"),
                ("pontic", "桥体"), "", None, "crown"),
        Finding("abutment", TOOTH, pgettext_lazy("tooth", "Bridge abutment"),
                _("holds a bridge"), ("abutment", "基牙"), "", None, "crown"),
        Finding("veneer", TOOTH, pgettext_lazy("tooth", "Veneer"), _("a veneer"),
                ("veneer", "贴面"), "", None, "fill"),
        Finding("post", TOOTH, pgettext_lazy("tooth", "Post and core"), _("a post"),
                ("post and core", "post", "桩核", "桩"), "", None, "root"),
        Finding("retained_root", TOOTH, pgettext_lazy("tooth", "Retained root"),
                _("only the root is left"), ("retained root", "残根")),
        Finding("fracture", TOOTH, pgettext_lazy("tooth", "Fracture"), _("broken"),
                ("fractured", "fracture", "broken", "牙折", "折裂")),
        Finding("mobility", TOOTH, pgettext_lazy("tooth", "Mobility"), _("loose"),
                ("mobility", "mobile", "松动"), "9", GRADES),
        Finding("pulpitis", TOOTH, pgettext_lazy("tooth", "Pulpitis"), _("an inflamed nerve"),
                ("pulpitis", "牙髓炎")),
        Finding("apical", TOOTH, pgettext_lazy("tooth", "Apical periodontitis"),
                _("an inflammation at the root"),
                ("apical periodontitis", "apical", "根尖周炎", "根尖炎")),
        Finding("retained_primary", TOOTH, pgettext_lazy("tooth", "Retained primary tooth"),
                _("a milk tooth that stayed"), ("retained deciduous", "乳牙滞留", "滞留")),
        Finding("denture", TOOTH, pgettext_lazy("tooth", "Removable denture"), _("a denture"),
                ("denture", "rpd", "活动义齿", "可摘局部义齿", "义齿")),
        Finding("bracket", TOOTH, pgettext_lazy("tooth", "Bracket"), _("a bracket"),
                ("bracket", "托槽")),
        Finding("present", TOOTH, pgettext_lazy("tooth", "Erupted"), _("through"),
                ("erupted", "present", "萌出", "已萌")),
        Finding("sound", TOOTH, pgettext_lazy("tooth", "Sound"), _("healthy"),
                ("sound", "healthy", "健康", "正常"), "0"),
    )
}  # fmt: skip


def detail_title(finding: Finding, detail: str) -> str:
    """The detail of a finding in words; nothing where there is none."""
    return str(finding.details[detail]) if finding.details and detail in finding.details else ""
