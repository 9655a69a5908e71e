"""Code lists of the record model: each code with its Chinese and English label, in a fixed order.

The crosswalk to OC4IDS and IATI is a table of its own (``data/reference/codelists/crosswalk.csv``); a test
holds the two together. Terms without a published source are this project's own.
"""

from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What sort of entity a record is."""

    SITE = "site"
    ENTERPRISE = "enterprise"
    PROGRAMME = "programme"
    PLATFORM = "platform"


class Category(StrEnum):
    """Category by what the thing *is*, not by the section of a plan it stands in."""

    HOSPITAL = "hospital"
    VILLAGE_CLINIC = "village_clinic"
    ELDERLY_CARE = "elderly_care"
    TCM = "tcm"
    PHARMA_PARK = "pharma_park"
    MEDICAL_DEVICE = "medical_device"
    HOT_SPRING_TOWN = "hot_spring_town"
    WELLNESS_TOURISM = "wellness_tourism"
    SPORTS = "sports"
    FOOD_HEALTH = "food_health"
    HEALTH_MANAGEMENT = "health_management"
    EDUCATION = "education"
    INSURANCE = "insurance"
    DIGITAL_HEALTH = "digital_health"
    OTHER = "other"


class Stage(StrEnum):
    """Where a project stands in its life; ``UNKNOWN`` is a value, never 储备."""

    RESERVE = "储备"
    PREPARATION = "前期"
    NEW_START = "新开工"
    CONSTRUCTION = "在建"
    COMPLETED = "竣工"
    OPERATING = "投产"
    SUSPENDED = "停缓建"
    WITHDRAWN = "退库"
    UNKNOWN = "未明确"


class PromotionStage(StrEnum):
    """Investment-promotion stage, separate from the construction stage."""

    CONCEIVED = "策划"
    PUBLISHED = "发布"
    NEGOTIATING = "在谈"
    SIGNED = "签约"
    PERFORMED = "履约"
    LANDED = "落地"
    STARTED = "开工"
    OPERATING = "投产"
    ENDED = "终止"
    UNKNOWN = "未明确"


class DeliveryMode(StrEnum):
    """Who builds and runs it; PPP is a mode, not a source of money."""

    GOVERNMENT = "政府投资"
    PPP = "PPP"
    CONCESSION = "特许经营"
    PUBLIC_BUILT_PRIVATE_RUN = "公建民营"
    PRIVATE_RUN_PUBLIC_AID = "民办公助"
    PURCHASED_SERVICE = "政府购买服务"
    PUBLIC_OWNED_PRIVATE_RUN = "公办民营/托管"
    RESTRUCTURING = "参与改制"
    PRIVATE = "社会资本独资"
    JOINT_VENTURE = "合资合作"
    UNKNOWN = "未明确"


class Ownership(StrEnum):
    """Who runs it as its own: 公办 (public) or 民办 (private)."""

    PUBLIC = "公办"
    PRIVATE = "民办"
    MIXED = "混合"


class LandStatus(StrEnum):
    """How far the land or building of a project is ready (this project's own terms)."""

    NONE = "未落实"
    SELECTED = "已选址"
    REQUISITIONED = "已征收"
    CLEARED = "净地"
    EXISTING = "现有场地"


class FundingStatus(StrEnum):
    """Derived funding status of one project; ``NOT_REPORTED`` is unknown, never zero."""

    NOT_REPORTED = "未报"
    UNFUNDED = "未落实"
    PARTLY_COMMITTED = "部分落实"
    COMMITTED = "已落实"
    PARTLY_RECEIVED = "部分到位"
    RECEIVED = "已到位"


class FinanceSource(StrEnum):
    """Where money comes from."""

    CENTRAL_BUDGET = "中央预算内"
    PROVINCIAL = "省级财政"
    MUNICIPAL = "市级财政"
    COUNTY = "县级财政"
    LOTTERY = "彩票公益金"
    DONATION = "捐赠"
    GENERAL_BOND = "一般债"
    SPECIAL_BOND = "专项债"
    CORPORATE_BOND = "企业债券"
    SECURITISATION = "资产证券化"
    POLICY_LOAN = "政策性贷款"
    BANK_LOAN = "银行贷款"
    FOREIGN_LOAN = "国际组织和外国政府贷款"
    FOREIGN_DIRECT = "境外直接投资"
    OWN_FUNDS = "企业自筹"
    SOCIAL_CAPITAL = "社会资本"
    INDUSTRY_FUND = "产业基金"
    INSURANCE_FUNDS = "保险资金"
    LISTING = "上市挂牌"
    OTHER = "其他"
    UNKNOWN = "未明确"


class FinanceStatus(StrEnum):
    """A finance line is a tranche in exactly one status."""

    PLANNED = "拟申请"
    APPLIED = "申请"
    APPROVED = "批复"
    RECEIVED = "到位"
    PAID = "支付"


class Basis(StrEnum):
    """How a value is known."""

    DOCUMENTED = "documented"
    REPORTED = "reported"
    DERIVED = "derived"
    MODELLED = "modelled"
    DEMO = "demo"


class QuantityBasis(StrEnum):
    """How a planned quantity is known."""

    STATED = "stated"
    DERIVED = "derived"
    UNSTATED = "unstated"


class PartyRole(StrEnum):
    """What a unit has to do with a project."""

    LEAD = "lead"
    SUPPORT = "support"
    DUTY = "duty"
    OWNER = "owner"
    FUNDER = "funder"
    OPERATOR = "operator"
    INVESTOR = "investor"


class Precision(IntEnum):
    """How well a record's place is known (own list; the crosswalk leads to AidData and IATI)."""

    UNLOCATED = 0
    BUILDING = 1
    VILLAGE = 2
    TOWNSHIP = 3
    COUNTY = 4
    REGION = 5


class Method(StrEnum):
    """How a place was found."""

    GPS = "gps"
    MAP_CLICK = "map_click"
    GEOCODER = "geocoder"
    GAZETTEER = "gazetteer"
    PARCEL = "parcel"
    CENTROID = "centroid"
    DOCUMENT_TEXT = "document_text"
    SITING = "siting"
    """Proposed by a siting model: nobody has chosen the ground."""


class Datum(StrEnum):
    """Coordinate reference of the numbers as they were entered."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class MilestoneCode(StrEnum):
    """A dated step of a project: OC4IDS ``milestoneCode`` where it has one, else this project's own term."""

    PROJECT_APPROVAL = "projectApproval"
    SITE_SELECTION = "siteSelection"
    LAND_APPROVAL = "landApproval"
    ENVIRONMENTAL_APPROVAL = "environmentalApproval"
    PLANNING_PERMIT = "planningPermit"
    COMMERCIAL_CLOSE = "commercialClose"
    CONTRACT_PERFORMED = "contractPerformed"
    LANDED = "landed"
    FINANCIAL_CLOSE = "financialClose"
    CONSTRUCTION_PERMIT = "constructionPermit"
    COMMENCEMENT = "commencement"
    COMPLETION = "completion"
    COMMISSIONING = "commissioning"


class Level(StrEnum):
    """Administrative level of an area."""

    NATION = "nation"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


class SlotState(StrEnum):
    """State of one of a programme's planned units."""

    UNASSIGNED = "unassigned"
    CLAIMED = "claimed"
    PLACED = "placed"


CATEGORY_ZH: Final = MappingProxyType(
    {
        Category.HOSPITAL: "医疗服务机构",
        Category.VILLAGE_CLINIC: "村卫生室",
        Category.ELDERLY_CARE: "健康养老",
        Category.TCM: "中医药",
        Category.PHARMA_PARK: "医药制造与园区",
        Category.MEDICAL_DEVICE: "医疗器械与康复辅具",
        Category.HOT_SPRING_TOWN: "温泉小镇",
        Category.WELLNESS_TOURISM: "健康旅游",
        Category.SPORTS: "体育健身",
        Category.FOOD_HEALTH: "健康食品",
        Category.HEALTH_MANAGEMENT: "健康管理",
        Category.EDUCATION: "教育与人才",
        Category.INSURANCE: "健康保险",
        Category.DIGITAL_HEALTH: "智慧健康",
        Category.OTHER: "其他",
    }
)

KIND_ZH: Final = MappingProxyType(
    {
        Kind.SITE: "项目点",
        Kind.ENTERPRISE: "企业",
        Kind.PROGRAMME: "计划任务",
        Kind.PLATFORM: "平台",
    }
)

PRECISION_ZH: Final = MappingProxyType(
    {
        Precision.BUILDING: "地块或建筑",
        Precision.VILLAGE: "地址或村（1公里内）",
        Precision.TOWNSHIP: "乡镇（街道）",
        Precision.COUNTY: "县（市、区）",
        Precision.REGION: "地市、功能区或省",
        Precision.UNLOCATED: "未定位",
    }
)

BASIS_ZH: Final = MappingProxyType(
    {
        Basis.DOCUMENTED: "文件载明",
        Basis.REPORTED: "单位填报",
        Basis.DERIVED: "公开资料推定",
        Basis.MODELLED: "模拟测算",
        Basis.DEMO: "演示数据",
    }
)

ROLE_ZH: Final = MappingProxyType(
    {
        PartyRole.LEAD: "牵头（责任）单位",
        PartyRole.SUPPORT: "参与（配合）单位",
        PartyRole.DUTY: "责任主体",
        PartyRole.OWNER: "项目单位",
        PartyRole.FUNDER: "出资方",
        PartyRole.OPERATOR: "运营方",
        PartyRole.INVESTOR: "投资方",
    }
)

DATUM_ZH: Final = MappingProxyType(
    {
        Datum.WGS84: "WGS84（GPS、手机定位）",
        Datum.CGCS2000: "CGCS2000（天地图、国土成果）",
        Datum.GCJ02: "GCJ-02（高德、腾讯地图）",
        Datum.BD09: "BD-09（百度地图）",
    }
)

METHOD_ZH: Final = MappingProxyType(
    {
        Method.GPS: "现场定位",
        Method.MAP_CLICK: "地图点选",
        Method.GEOCODER: "地址解析",
        Method.GAZETTEER: "地名库",
        Method.PARCEL: "宗地",
        Method.CENTROID: "区域中心",
        Method.DOCUMENT_TEXT: "文件文字",
        Method.SITING: "选址模型",
    }
)

MILESTONE_ZH: Final = MappingProxyType(
    {
        MilestoneCode.PROJECT_APPROVAL: "立项（审批、核准、备案）",
        MilestoneCode.SITE_SELECTION: "用地预审与选址",
        MilestoneCode.LAND_APPROVAL: "用地批复",
        MilestoneCode.ENVIRONMENTAL_APPROVAL: "环评批复",
        MilestoneCode.PLANNING_PERMIT: "工程规划许可",
        MilestoneCode.COMMERCIAL_CLOSE: "签约",
        MilestoneCode.CONTRACT_PERFORMED: "履约",
        MilestoneCode.LANDED: "落地",
        MilestoneCode.FINANCIAL_CLOSE: "资金落实",
        MilestoneCode.CONSTRUCTION_PERMIT: "施工许可",
        MilestoneCode.COMMENCEMENT: "开工",
        MilestoneCode.COMPLETION: "竣工",
        MilestoneCode.COMMISSIONING: "投产（投用）",
    }
)
"""In the order in which they usually come."""

DRAWN_AS_POINT: Final = frozenset({Precision.BUILDING, Precision.VILLAGE, Precision.TOWNSHIP})
