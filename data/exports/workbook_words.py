"""The sheet 说明 of an office workbook: how to fill it in, in the order in which questions come up."""

from datetime import datetime
from typing import Final

Line = tuple[str, str]


def how_to(unit: str, made_at: datetime, records: int, language: str) -> list[Line]:
    """Return heading and sentence of every line of the sheet."""
    english = language == "en"
    when = f"{made_at:%Y-%m-%d %H:%M}"
    if english:
        first = ("Office workbook", f"{unit}; made {when}; {records} records of the library filled in")
    else:
        first = ("填报工作簿", f"{unit}；{when} 生成；已填入库中 {records} 条记录")
    return [first, *(_EN if english else _ZH)]


_ZH: Final[tuple[Line, ...]] = (
    (
        "怎么用",
        "在「项目」表中改动、补充，一行一个项目；资金、里程碑、审批手续分别填在「资金」「里程碑」「审批手续」表，一笔一行。"
        "改好后在网页「导入」中上传，先预览再提交。",
    ),
    ("空白", "空白表示未知，导入时不改动库中原值；空白不是零。"),
    (
        f"「{'清除'}」",
        "要把库中原值清空，请在该单元格填写「清除」两个字。要删去一笔资金，请在它的金额格填「清除」；"
        "要删去位置，请在经度格填「清除」。",
    ),
    ("项目编号、版本", "由系统填写，请勿改动。新项目两格都留空；编号在入库时给出。"),
    ("新项目", "项目名称、类型、类别必填。有投资项目在线审批代码的请填项目代码，可避免重复。"),
    ("示例", "第一格写着「示例」的行不会导入，可以删去。"),
    ("金额", "一律以万元为单位，例如 1.2 亿元填 12000。「约3亿」一类的文字不能入库，请填数。"),
    ("日期", "请填完整日期，如 2026-03-01；只知年月的请填在说明里。"),
    (
        "坐标",
        "填经度、纬度（十进制度，或度分秒），并选坐标系。手机定位一般是 WGS84；从高德、腾讯地图取的是 "
        "GCJ-02；百度地图是 BD-09。不写坐标系的坐标不作为准确点位。",
    ),
    ("下拉选项", "见「字典」表。县（市、区）和乡镇（街道）只列出本单位范围内的；重名的显示代码。"),
    ("一格多项", "别名、项目单位等可填多个，用中文分号；分开。填写即为完整名单，会替换库中原有的。"),
    ("同时有人改过", "下载后别人改过同一项的，上传时会暂缓并列出双方的值，由您决定，不会悄悄覆盖。"),
    ("退回的行", "有错误或疑似重复的行不导入，会放在退回的工作簿里，带「原因」列；改好后可直接再上传。"),
    (
        "「指标」表",
        "只在本单位还有要报的数时才有：一行一个指标，填期间、数值和来源；单位已固定，不要换。"
        "空着的行不导入。",
    ),
    ("列的顺序", "可以调整列的顺序、删去不用的列，也可以加自己的列（不识别的列会提示，但不导入）。"),
)
_EN: Final[tuple[Line, ...]] = (
    (
        "How to use",
        "Change and add in sheet 项目, one project per row; money, milestones and approvals go into 资金, "
        "里程碑 and 审批手续, one line each. Upload it on the import page: first a preview, then submit.",
    ),
    ("Blank", "A blank is unknown and changes nothing in the library; it is not zero."),
    (
        "清除",
        "To empty a value of the library write 清除 into its cell; into the amount to take a "
        "finance line away, into the longitude to take the place away.",
    ),
    ("项目编号, 版本", "Filled in by the program; leave them. Both are empty for a new project."),
    (
        "New project",
        "Name, kind and category are needed. A project code of the approval platform avoids doubles.",
    ),
    ("示例", "Rows with 示例 in the first cell are examples and are not imported."),
    ("Amounts", "Always in 10,000 CNY (万元). Words such as 约3亿 are not taken: give a number."),
    ("Dates", "Full dates such as 2026-03-01."),
    (
        "Coordinates",
        "Longitude and latitude in decimal degrees or degrees, minutes, seconds, and their datum:"
        " phones WGS84, Amap and Tencent GCJ-02, Baidu BD-09. Without a datum they are no exact "
        "point.",
    ),
    (
        "Lists",
        "See sheet 字典. Counties and townships are those of the unit; a name that occurs twice "
        "shows as its code.",
    ),
    ("Several names", "Separate them by ；. What is written is the whole list and replaces the library's."),
    (
        "Changed meanwhile",
        "What somebody else changed after the download is held and shown with both values.",
    ),
    (
        "Returned rows",
        "Rows with errors and possible doubles come back in a workbook with a column 原因, ready "
        "to mend and upload.",
    ),
    (
        "Sheet 指标",
        "Only where the unit still owes figures: one indicator per row; fill in period, value and source. "
        "The unit is fixed. Rows left blank are not imported.",
    ),
    ("Columns", "May be reordered or deleted; columns of your own are reported and not imported."),
)
