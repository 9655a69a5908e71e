"""Names of fictional projects: an invented brand, a common noun, and a number that says so."""

from collections.abc import Mapping
from typing import Final

from projects.codes import Category, PromotionStage, Stage

PREFIX: Final = "YS"
"""Ids of fictional records: YS-0001 … (演示); no real record has this prefix."""

SOURCE: Final = "demo"
"""Id of the source row that every invented value names."""

MARK: Final = "演示"
"""Stands in every invented name."""

BRANDS: Final = (
    "云杉", "青禾", "松涛", "晓月", "澄溪", "朝露", "暖阳", "梧声", "竹影", "荷风", "兰舟", "星野",
    "远帆", "晴川", "知秋", "望舒", "若谷", "拾光", "听泉", "白鹿", "明湖", "锦瑟", "半夏", "春序",
    "凌霄", "小满", "谷雨", "南枝", "北辰", "流萤", "丹若", "沐风", "归雁", "月浦", "石榴", "银杏",
)  # fmt: skip
"""Invented; a test holds every name made of them against the library and the registry of units."""

NOUNS: Final[Mapping[Category, tuple[str, ...]]] = {
    Category.HOSPITAL: ("综合医疗楼", "康复专科病区", "儿童诊疗部", "急救分站"),
    Category.VILLAGE_CLINIC: ("村级诊室", "村医服务点"),
    Category.ELDERLY_CARE: ("长者照护院", "日间照料站", "颐养社区", "医养床位扩建"),
    Category.TCM: ("国医堂", "本草种植园", "针灸调养馆"),
    Category.PHARMA_PARK: ("制剂车间", "原料药厂房", "药材仓储园"),
    Category.MEDICAL_DEVICE: ("助听器车间", "轮椅装配厂", "耗材生产线"),
    Category.HOT_SPRING_TOWN: ("汤泉度假村", "汤泉疗养苑"),
    Category.WELLNESS_TOURISM: ("森林步道营地", "山居疗养村", "田园康旅营"),
    Category.SPORTS: ("全民健身馆", "骑行驿站", "游泳训练馆"),
    Category.FOOD_HEALTH: ("有机蔬果园", "山茶油作坊", "杂粮加工坊"),
    Category.HEALTH_MANAGEMENT: ("体检门诊", "慢病随访站"),
    Category.EDUCATION: ("护理实训楼", "乡医培训点"),
    Category.INSURANCE: ("长护险服务窗", "健康险理赔点"),
    Category.DIGITAL_HEALTH: ("远程会诊室", "居家监测平台"),
    Category.OTHER: ("便民服务点", "综合配套楼"),
}

CATEGORY_WEIGHTS: Final[Mapping[Category, int]] = {
    Category.HOSPITAL: 14,
    Category.VILLAGE_CLINIC: 10,
    Category.ELDERLY_CARE: 18,
    Category.TCM: 9,
    Category.PHARMA_PARK: 8,
    Category.MEDICAL_DEVICE: 5,
    Category.HOT_SPRING_TOWN: 4,
    Category.WELLNESS_TOURISM: 8,
    Category.SPORTS: 5,
    Category.FOOD_HEALTH: 5,
    Category.HEALTH_MANAGEMENT: 4,
    Category.EDUCATION: 3,
    Category.INSURANCE: 2,
    Category.DIGITAL_HEALTH: 4,
    Category.OTHER: 1,
}

STAGE_WEIGHTS: Final[Mapping[Stage, int]] = {
    Stage.RESERVE: 18,
    Stage.PREPARATION: 18,
    Stage.NEW_START: 10,
    Stage.CONSTRUCTION: 22,
    Stage.COMPLETED: 7,
    Stage.OPERATING: 10,
    Stage.SUSPENDED: 3,
    Stage.WITHDRAWN: 1,
    Stage.UNKNOWN: 11,
}

PROMOTION_OF: Final[Mapping[Stage, tuple[PromotionStage, ...]]] = {
    Stage.RESERVE: (PromotionStage.CONCEIVED, PromotionStage.PUBLISHED, PromotionStage.NEGOTIATING),
    Stage.PREPARATION: (PromotionStage.NEGOTIATING, PromotionStage.SIGNED, PromotionStage.PERFORMED),
    Stage.NEW_START: (PromotionStage.LANDED, PromotionStage.STARTED),
    Stage.CONSTRUCTION: (PromotionStage.STARTED,),
    Stage.COMPLETED: (PromotionStage.STARTED,),
    Stage.OPERATING: (PromotionStage.OPERATING,),
    Stage.SUSPENDED: (PromotionStage.ENDED, PromotionStage.SIGNED),
    Stage.WITHDRAWN: (PromotionStage.ENDED,),
    Stage.UNKNOWN: (PromotionStage.UNKNOWN,),
}

REGIONS: Final[Mapping[str, int]] = {
    "440200": 30,
    "431000": 22,
    "130300": 16,
    "500103": 6,
    "450000": 26,
}
"""Prefecture, county or province → share of the projects: where the five documents of the library apply."""


FIRMS: Final = 24
"""So many invented units own projects."""


def firm(number: int) -> tuple[str, str]:
    """Return id and name of an invented unit, counted from 1.

    >>> firm(1)
    ('demo-01', '虚构单位01号（演示）')
    """
    return f"{SOURCE}-{number:02d}", f"虚构单位{number:02d}号（{MARK}）"


def project_id(number: int) -> str:
    """Return the id of the fictional project with a number from 1 on.

    >>> project_id(1), project_id(12345)
    ('YS-0001', 'YS-12345')
    """
    return f"{PREFIX}-{number:04d}"


def project_name(brand: str, noun: str, number: int) -> str:
    """Return a name that nobody takes for a real one.

    >>> project_name("云杉", "国医堂", 7)
    '云杉国医堂（演示0007）'
    """
    return f"{brand}{noun}（{MARK}{number:04d}）"
