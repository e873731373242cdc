"""Labels with amounts in them, put in rising order only where that is certain."""

import random

import pytest

from survey.drafting.amounts import by_amount

RISING = [
    "0-799元|800-1499元|1500-3499元|3500元及以上", "1500元以下|1501～5000元|5001-8000元|8000元以上",
    "0次|1-2次|3次及以上", "没有|一次|两次|三次及以上", "3岁以下|3-6岁|6岁以上",
    "6个月以下|6-12个月|1-2岁|2岁以上",
    "半年以内|半年-1年|1年以上", "5000元以下|5000-1万元|1-2万元|2万元以上", "0.5万元以下|0.5-1万元|1万元以上",
    "不超过500元|超过500元", "不到1000元|1000元以上2000元以下|2000元以上",
    "under 500|500-3,499|3,500 and over",
    "Under 18|18 to 24 years|25 and older", "less than 1 year|1-2 years|3 years or more",
    "1 child|2 children|3 or more children", "18-24|25-64|65+", "1分|2分|10分", "1、很好|2、一般|3、很差",
    "A.好|B.一般|C.坏", "１０元以下|１０－２０元|２０元以上", "<500|500~900|≥900", "一年级|二年级|三年级",
]  # fmt: skip
UNCERTAIN = [
    "满意|一般|非常满意", "每月1次|每周1次", "30岁以上|40岁以上", "1-5元|3-8元", "第一幼儿园|第二幼儿园",
    "20～29岁|其他年龄", "8:00-9:00|9:00-10:00", "2021年9月|2022年9月", "1-2次|1-2次以上", "10元|10人",
    "3个月|1-2|2岁", "男|女", "500元", "每天|每周1-2次|每周3次以上", "1-1|1:1",
]  # fmt: skip


@pytest.mark.parametrize("text", RISING)
def test_amounts_rise_whatever_the_order_they_come_in(text):
    labels = text.split("|")
    for seed in range(6):
        mixed = random.Random(seed).sample(labels, len(labels))
        order = by_amount(mixed)
        assert order is not None
        assert [mixed[i] for i in order] == labels


@pytest.mark.parametrize("text", UNCERTAIN)
def test_labels_of_several_units_of_overlapping_or_of_no_amounts_have_no_order(text):
    assert by_amount(text.split("|")) is None
