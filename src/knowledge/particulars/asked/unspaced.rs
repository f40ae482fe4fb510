//! Which of a desk's particulars a question asks for in a script that puts no spaces between words.

use super::Particular;
use crate::knowledge::stopwords;

/// Signs that a question without spaces may have beside what it asks for.
const SIGNS: usize = 3;
/// Without spaces between words.
const UNSPACED: &[(Particular, &[&str])] = &[
    (Particular::Telephone, &["電話番号", "电话", "電話號碼", "전화번호", "เบอร์โทร"]),
    (Particular::Email, &["メールアドレス", "邮箱", "電子郵件", "이메일"]),
    (Particular::Hours, &["営業時間", "营业时间", "營業時間", "영업시간", "영업 시간", "開店時間"]),
    (Particular::Address, &["住所", "地址", "所在地", "주소", "위치", "ที่อยู่"]),
];

/// The same as it is spoken; other things are asked for so, too.
const SPOKEN: &[(Particular, &[&str])] = &[
    (
        Particular::Hours,
        &[
            "定休日",
            "休業日",
            "休みの日",
            "何時から",
            "何時まで",
            "何時に開",
            "何時に閉",
            "何時オープン",
            "几点开门",
            "几点关门",
            "几点营业",
            "几点下班",
            "几点上班",
            "營業到幾點",
            "几点打烊",
            "幾點開門",
            "몇 시까지",
            "몇시까지",
            "몇 시에 여",
            "몇시에 여",
            "몇 시에 열",
            "몇시에 열",
            "휴무일",
            "쉬는 날",
        ],
    ),
    (
        Particular::Address,
        &[
            "場所どこ",
            "場所はどこ",
            "場所は",
            "どこにあり",
            "どこですか",
            "どこにある",
            "在哪里",
            "在哪儿",
            "在哪裡",
            "在什么地方",
            "어디에 있",
            "어디예요",
            "어디에요",
            "어디 있",
        ],
    ),
];
/// What may stand beside those: the desk itself, and days.
const ITS_UNSPACED: &[&str] = &[
    "お店",
    "店舗",
    "店",
    "営業",
    "場所",
    "何曜日",
    "曜日",
    "今日",
    "本日",
    "明日",
    "平日",
    "土日",
    "週末",
    "祝日",
    "月曜",
    "火曜",
    "水曜",
    "木曜",
    "金曜",
    "土曜",
    "日曜",
    "毎日",
    "教室",
    "病院",
    "クリニック",
    "美容室",
    "サロン",
    "ホテル",
    "旅館",
    "会社",
    "事務所",
    "スタジオ",
    "レストラン",
    "カフェ",
    "工房",
    "你们",
    "您们",
    "贵店",
    "贵公司",
    "公司",
    "门店",
    "你們",
    "请问",
    "請問",
    "今天",
    "明天",
    "周末",
    "週末",
    "周一",
    "周二",
    "周三",
    "周四",
    "周五",
    "周六",
    "周日",
    "早上",
    "晚上",
    "呢",
    "啊",
    "吗",
    "매장",
    "가게",
    "오늘",
    "내일",
    "주말",
];

/// Without spaces nobody tells where a word ends: what remains beside what is asked for is short; beside a phrase that asks
/// for many things, nothing that is written in signs with a meaning of their own.
pub(super) fn asked(question: &str) -> Option<Particular> {
    let find = |all: &[(Particular, &'static [&'static str])]| {
        all.iter().find_map(|(particular, names)| {
            Some((*particular, *names.iter().find(|name| question.contains(**name))?))
        })
    };
    if let Some((particular, name)) = find(UNSPACED) {
        let rest = question.replacen(name, "", 1);
        let rest = stopwords::between(&rest).flat_map(str::chars);
        let is_small = |sign: &char| matches!(sign, 'の' | 'を' | 'は' | 'が' | '的');
        let rest = rest.filter(|sign| sign.is_alphanumeric() && !is_small(sign)).count();
        return (rest <= SIGNS).then_some(particular);
    }
    let (particular, name) = find(SPOKEN)?;
    let mut rest = question.replacen(name, "", 1);
    for own in ITS_UNSPACED {
        rest = rest.replace(own, "");
    }
    let says =
        |sign: char| sign.is_alphanumeric() && !matches!(sign, '\u{3040}'..='\u{309f}' | 'ー');
    let left = rest.chars().filter(|sign| says(*sign)).count();
    // Korean has signs for endings and for what they end alike.
    let may_be_left = if name.chars().all(is_hangul) { SIGNS } else { 0 };
    (left <= may_be_left).then_some(particular)
}

const fn is_hangul(sign: char) -> bool {
    matches!(sign, '\u{ac00}'..='\u{d7af}' | ' ')
}
