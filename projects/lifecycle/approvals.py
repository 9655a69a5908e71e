"""The approvals a project goes through: which steps 审批, 核准 and 备案 take, and which law asks for each.

Which of the three a project needs is decided by 《政府投资条例》 (国务院令第712号) art. 9 and
《企业投资项目核准和备案管理条例》 (国务院令第673号) art. 3; the steps on land, environment, planning and
construction are shared by all. Whether a step is needed for one project is the authorities' to say: a step
that nobody reported is unknown, neither done nor unnecessary.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from projects.codes import MilestoneCode


class ApprovalType(StrEnum):
    """Which procedure a project goes through."""

    EXAMINATION = "审批"
    VERIFICATION = "核准"
    FILING = "备案"


class ApprovalCode(StrEnum):
    """One step; the codes are this project's own."""

    PROPOSAL = "proposal"
    FEASIBILITY = "feasibility"
    PRELIMINARY_DESIGN = "preliminaryDesign"
    PROJECT_VERIFICATION = "projectVerification"
    PROJECT_FILING = "projectFiling"
    STABILITY = "stabilityAssessment"
    SITE_OPINION = "siteOpinion"
    LAND_CONVERSION = "landConversion"
    LAND_GRANT = "landGrant"
    LAND_PERMIT = "landPlanningPermit"
    ENVIRONMENT = "environmentalImpact"
    ENERGY = "energyReview"
    SOIL_WATER = "soilAndWater"
    MEDICAL_SET_UP = "medicalSetUp"
    PLANNING_PERMIT = "worksPlanningPermit"
    FIRE_DESIGN = "fireDesign"
    CONSTRUCTION_PERMIT = "constructionPermit"
    ACCEPTANCE = "acceptanceFiling"


APPROVAL_ZH: Final[Mapping[ApprovalCode, str]] = MappingProxyType(
    {
        ApprovalCode.PROPOSAL: "项目建议书批复",
        ApprovalCode.FEASIBILITY: "可行性研究报告批复",
        ApprovalCode.PRELIMINARY_DESIGN: "初步设计及概算批复",
        ApprovalCode.PROJECT_VERIFICATION: "项目核准",
        ApprovalCode.PROJECT_FILING: "项目备案",
        ApprovalCode.STABILITY: "社会稳定风险评估",
        ApprovalCode.SITE_OPINION: "用地预审与选址意见书",
        ApprovalCode.LAND_CONVERSION: "农用地转用和土地征收批复",
        ApprovalCode.LAND_GRANT: "土地出让合同或划拨决定书",
        ApprovalCode.LAND_PERMIT: "建设用地规划许可证",
        ApprovalCode.ENVIRONMENT: "环境影响评价批复或备案",
        ApprovalCode.ENERGY: "节能审查",
        ApprovalCode.SOIL_WATER: "水土保持方案",
        ApprovalCode.MEDICAL_SET_UP: "设置医疗机构批准书",
        ApprovalCode.PLANNING_PERMIT: "建设工程规划许可证",
        ApprovalCode.FIRE_DESIGN: "消防设计审查",
        ApprovalCode.CONSTRUCTION_PERMIT: "建筑工程施工许可证",
        ApprovalCode.ACCEPTANCE: "竣工验收备案",
    }
)
"""Step → what it is called, in the order in which they usually come."""

APPROVAL_EN: Final[Mapping[ApprovalCode, str]] = MappingProxyType(
    {
        ApprovalCode.PROPOSAL: "Project proposal approved",
        ApprovalCode.FEASIBILITY: "Feasibility study approved",
        ApprovalCode.PRELIMINARY_DESIGN: "Preliminary design and budget approved",
        ApprovalCode.PROJECT_VERIFICATION: "Project verified",
        ApprovalCode.PROJECT_FILING: "Project filed",
        ApprovalCode.STABILITY: "Social stability risk assessed",
        ApprovalCode.SITE_OPINION: "Land pre-examination and site opinion",
        ApprovalCode.LAND_CONVERSION: "Conversion and requisition of land approved",
        ApprovalCode.LAND_GRANT: "Land grant contract or allocation decision",
        ApprovalCode.LAND_PERMIT: "Permit for planned use of land",
        ApprovalCode.ENVIRONMENT: "Environmental impact approved or filed",
        ApprovalCode.ENERGY: "Energy conservation review",
        ApprovalCode.SOIL_WATER: "Soil and water conservation plan",
        ApprovalCode.MEDICAL_SET_UP: "Approval to set up a medical institution",
        ApprovalCode.PLANNING_PERMIT: "Planning permit for the works",
        ApprovalCode.FIRE_DESIGN: "Fire protection design reviewed",
        ApprovalCode.CONSTRUCTION_PERMIT: "Construction permit",
        ApprovalCode.ACCEPTANCE: "Acceptance of the works filed",
    }
)


class Rule(NamedTuple):
    """What is known of a step: the law that asks for it, and the milestone that is the same event."""

    law: str
    types: tuple[ApprovalType, ...] = tuple(ApprovalType)
    milestone: MilestoneCode | None = None
    usual: bool = False
    """Asked of nearly every building project: named as unreported when nobody said anything."""


_INVESTMENT: Final = "《政府投资条例》（国务院令第712号）第九条"
_ENTERPRISE: Final = "《企业投资项目核准和备案管理条例》（国务院令第673号）"
RULES: Final[Mapping[ApprovalCode, Rule]] = MappingProxyType(
    {
        ApprovalCode.PROPOSAL: Rule(_INVESTMENT, (ApprovalType.EXAMINATION,), usual=True),
        ApprovalCode.FEASIBILITY: Rule(_INVESTMENT, (ApprovalType.EXAMINATION,), usual=True),
        ApprovalCode.PRELIMINARY_DESIGN: Rule(_INVESTMENT, (ApprovalType.EXAMINATION,), usual=True),
        ApprovalCode.PROJECT_VERIFICATION: Rule(
            f"{_ENTERPRISE}第三条、第六条",
            (ApprovalType.VERIFICATION,),
            MilestoneCode.PROJECT_APPROVAL,
            usual=True,
        ),
        ApprovalCode.PROJECT_FILING: Rule(
            f"{_ENTERPRISE}第三条、第十三条",
            (ApprovalType.FILING,),
            MilestoneCode.PROJECT_APPROVAL,
            usual=True,
        ),
        ApprovalCode.STABILITY: Rule(
            "《重大固定资产投资项目社会稳定风险评估暂行办法》（发改投资〔2012〕2492号）",
            (ApprovalType.EXAMINATION, ApprovalType.VERIFICATION),
        ),
        ApprovalCode.SITE_OPINION: Rule(
            "《土地管理法》第五十二条、《城乡规划法》第三十六条；合并办理见自然资规〔2019〕2号",
            milestone=MilestoneCode.SITE_SELECTION,
            usual=True,
        ),
        ApprovalCode.LAND_CONVERSION: Rule(
            "《土地管理法》第四十四条、第四十六条", milestone=MilestoneCode.LAND_APPROVAL
        ),
        ApprovalCode.LAND_GRANT: Rule("《土地管理法》第五十四条"),
        ApprovalCode.LAND_PERMIT: Rule("《城乡规划法》第三十七条、第三十八条", usual=True),
        ApprovalCode.ENVIRONMENT: Rule(
            "《环境影响评价法》第二十二条", milestone=MilestoneCode.ENVIRONMENTAL_APPROVAL, usual=True
        ),
        ApprovalCode.ENERGY: Rule("《节约能源法》第十五条"),
        ApprovalCode.SOIL_WATER: Rule("《水土保持法》第二十五条"),
        ApprovalCode.MEDICAL_SET_UP: Rule("《医疗机构管理条例》第九条"),
        ApprovalCode.PLANNING_PERMIT: Rule(
            "《城乡规划法》第四十条", milestone=MilestoneCode.PLANNING_PERMIT, usual=True
        ),
        ApprovalCode.FIRE_DESIGN: Rule("《消防法》第十一条"),
        ApprovalCode.CONSTRUCTION_PERMIT: Rule(
            "《建筑法》第七条", milestone=MilestoneCode.CONSTRUCTION_PERMIT, usual=True
        ),
        ApprovalCode.ACCEPTANCE: Rule("《建设工程质量管理条例》第四十九条", usual=True),
    }
)
"""Step → the law behind it; every step has one."""


def expected(approval_type: str | None) -> tuple[ApprovalCode, ...]:
    """Return the steps nearly every project of a type takes; of an unknown type, those that all types share.

    >>> [code.value for code in expected("备案")][:2], expected(None)[0].value
    (['projectFiling', 'siteOpinion'], 'siteOpinion')
    """
    known = tuple(ApprovalType) if approval_type not in tuple(ApprovalType) else None
    return tuple(
        code
        for code, rule in RULES.items()
        if rule.usual and (rule.types == known if known else approval_type in rule.types)
    )


def fits(code: ApprovalCode, approval_type: str | None) -> bool:
    """Return whether a step belongs to a type of approval; to an unknown type every step does.

    >>> fits(ApprovalCode.FEASIBILITY, "备案"), fits(ApprovalCode.FEASIBILITY, None)
    (False, True)
    """
    return approval_type not in tuple(ApprovalType) or approval_type in RULES[code].types
