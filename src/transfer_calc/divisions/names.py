"""The provinces, and the names under which their lists are asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Province:
    """A province.

    Attributes:
        code: Two digits.
        pinyin: The name of its file.
        short: 甘肃.
        title: 甘肃省.
    """

    code: str
    pinyin: str
    short: str
    title: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is understood."""
        return (self.pinyin, self.short, self.title, self.code, f"{self.code}0000")


NATION = Province("00", "china", "全国", "全国各省")
"""The list of the provinces themselves."""

PROVINCES = (
    Province("11", "beijing", "北京", "北京市"),
    Province("12", "tianjin", "天津", "天津市"),
    Province("13", "hebei", "河北", "河北省"),
    Province("14", "shanxi", "山西", "山西省"),
    Province("15", "neimenggu", "内蒙古", "内蒙古自治区"),
    Province("21", "liaoning", "辽宁", "辽宁省"),
    Province("22", "jilin", "吉林", "吉林省"),
    Province("23", "heilongjiang", "黑龙江", "黑龙江省"),
    Province("31", "shanghai", "上海", "上海市"),
    Province("32", "jiangsu", "江苏", "江苏省"),
    Province("33", "zhejiang", "浙江", "浙江省"),
    Province("34", "anhui", "安徽", "安徽省"),
    Province("35", "fujian", "福建", "福建省"),
    Province("36", "jiangxi", "江西", "江西省"),
    Province("37", "shandong", "山东", "山东省"),
    Province("41", "henan", "河南", "河南省"),
    Province("42", "hubei", "湖北", "湖北省"),
    Province("43", "hunan", "湖南", "湖南省"),
    Province("44", "guangdong", "广东", "广东省"),
    Province("45", "guangxi", "广西", "广西壮族自治区"),
    Province("46", "hainan", "海南", "海南省"),
    Province("50", "chongqing", "重庆", "重庆市"),
    Province("51", "sichuan", "四川", "四川省"),
    Province("52", "guizhou", "贵州", "贵州省"),
    Province("53", "yunnan", "云南", "云南省"),
    Province("54", "xizang", "西藏", "西藏自治区"),
    Province("61", "shaanxi", "陕西", "陕西省"),
    Province("62", "gansu", "甘肃", "甘肃省"),
    Province("63", "qinghai", "青海", "青海省"),
    Province("64", "ningxia", "宁夏", "宁夏回族自治区"),
    Province("65", "xinjiang", "新疆", "新疆维吾尔自治区"),
)
