"""What is said of coordinates."""

from types import MappingProxyType
from typing import Final

from projects.intake.import_words.words import Words, no_place, taken

PLACE_WORDS: Final = MappingProxyType(
    {
        "half_position": no_place("经度和纬度要同时填写", "Give longitude and latitude together"),
        "unreadable_position": no_place(
            "“{0}”不是坐标；请填 113.5867 或 113°35′12″",
            "“{0}” is no coordinate: write 113.5867 or 113°35′12″",
        ),
        "zero_position": no_place("0 不是位置；不知道请留空", "0 is no position; leave it blank if unknown"),
        "swapped": Words(
            "经纬度写反，已对调：经度 {0}，纬度 {1}",
            "请核对",
            "longitude and latitude were swapped and put right: {0}, {1}",
            "Check them",
        ),
        "outside_country": no_place("（{0}，{1}）不在中国；请核对", "({0}, {1}) is not in China: check it"),
        "outside_county": no_place(
            "（{0}，{1}）在所填的“{2}”之外，离县界约 {3} 公里；请核对坐标、坐标系和县",
            "({0}, {1}) lies outside {2}, about {3} km from its line: check coordinates, datum and county",
        ),
        "near_line": taken(
            "离“{0}”县界不到 500 米，县界精度有限；请核对属于哪个县",
            "It lies within 500 m of the line of {0}, which is no more exact than that: check the county",
        ),
        "representative": Words(
            "坐标未采用，库中的图形不变",
            "这里的经纬度只是{0}图形上的代表点；要改位置请导入 GeoJSON 或 GeoPackage",
            "the coordinates are left out, the shape in the library stays",
            "They are a representative point of a {0} only: to move it import GeoJSON or GeoPackage",
        ),
        "datum_unknown": Words(
            "坐标系不明，只按乡镇精度采用",
            "请在“坐标系”一栏写明：GPS、天地图（CGCS2000）、高德或腾讯（GCJ-02）、百度（BD-09）",
            "the datum is unknown: taken at township precision only",
            "Name it in the column 坐标系: GPS, 天地图 (CGCS2000), 高德 or 腾讯 (GCJ-02), 百度 (BD-09)",
        ),
        "datum_fits": no_place(
            "只有按{0}理解才落在“{1}”内（{2}，{3}）；若确是，请在“坐标系”一栏填“{0}”",
            "Only read as {0} does it lie in {1} ({2}, {3}): if so, write “{0}” into the column 坐标系",
        ),
        "datum_doubt": Words(
            "按所写的坐标系采用，但位置在“{1}”之外不到 500 米",
            "按{0}理解才落在县内（{2}，{3}）；请核对坐标系",
            "taken in the datum stated, which puts it within 500 m outside {1}",
            "Read as {0} it lies inside ({2}, {3}): check the datum",
        ),
        "bad_datum": Words(
            "坐标系“{0}”不认识，按不明处理",
            "可填：GPS、天地图、CGCS2000、高德、腾讯、百度",
            "the datum “{0}” is not known and is taken as unstated",
            "Write GPS, 天地图, CGCS2000, 高德, 腾讯 or 百度",
        ),
        "projected": no_place(
            "（{0}，{1}）是以米计的平面坐标；请换算成经纬度，或在“坐标系”一栏写明如 {2}",
            "({0}, {1}) are plane coordinates in metres: convert to degrees, or name the system, e.g. {2}",
        ),
        "unknown_crs": no_place(
            "坐标系“{0}”不能换算成经纬度；请用 WGS84 或 CGCS2000 另存",
            "The coordinate system “{0}” cannot be converted: save as WGS84 or CGCS2000",
        ),
        "bad_geometry": no_place(
            "图形无效（{0}）；请在制图软件中修复", "The geometry is invalid ({0}): repair it in your GIS"
        ),
    }
)
