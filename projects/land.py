"""Land of a record: how it is held, what it is used for, and whether the quota for it is there.

Uses are second-level classes of GB/T 21010-2017 (土地利用现状分类), by the standard's own names; the list
holds those on which projects of this library stand or are built, and 其他 for the rest. Tenure follows the
Land Administration Law (土地管理法 2019: 出让、划拨 art. 54, 集体经营性建设用地 art. 63) and its
implementing regulations (租赁、作价出资或者入股 art. 17); a circulation of farmland (土地经营权流转) is no
right to build, and is therefore a tenure of its own. Terms on the state of the quota are this project's own.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class LandTenure(StrEnum):
    """How the ground is held; a blank is unknown."""

    GRANTED = "出让"
    ALLOCATED = "划拨"
    LEASED = "租赁"
    CONTRIBUTED = "作价出资或入股"
    COLLECTIVE_CONSTRUCTION = "集体经营性建设用地"
    COLLECTIVE_CIRCULATED = "集体土地流转"
    EXISTING = "现有用房（不新增用地）"


class LandQuota(StrEnum):
    """Whether the yearly quota of new construction land (用地计划指标) is there; a blank is unknown."""

    NOT_NEEDED = "不需新增指标"
    NOT_APPLIED = "未申请"
    APPLIED = "已申请"
    GRANTED = "已安排"


GBT_21010: Final = MappingProxyType(
    {
        "0201": "果园",
        "0202": "茶园",
        "0204": "其他园地",
        "0301": "乔木林地",
        "0302": "竹林地",
        "0305": "灌木林地",
        "0307": "其他林地",
        "0404": "其他草地",
        "0501": "零售商业用地",
        "0503": "餐饮用地",
        "0504": "旅馆用地",
        "0505": "商务金融用地",
        "0506": "娱乐用地",
        "0507": "其他商服用地",
        "0601": "工业用地",
        "0604": "仓储用地",
        "0701": "城镇住宅用地",
        "0702": "农村宅基地",
        "0801": "机关团体用地",
        "0803": "教育用地",
        "0804": "科研用地",
        "0805": "医疗卫生用地",
        "0806": "社会福利用地",
        "0807": "文化设施用地",
        "0808": "体育用地",
        "0809": "公用设施用地",
        "0810": "公园与绿地",
        "0906": "风景名胜设施用地",
        "1201": "空闲地",
        "1202": "设施农用地",
    }
)
"""Code of the standard → its name of the class."""

OTHER_USE: Final = "其他"
LAND_USES: Final = (*GBT_21010.values(), OTHER_USE)
"""What a record may name as its land use, in the standard's order."""
