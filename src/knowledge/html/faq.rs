//! Questions with answers that a page tells search engines and, by a script of its own, its readers: `FAQPage` in JSON-LD.

use serde_json::Value;

use super::{
    data::{is, list, said},
    nodes::bare,
    written::{escape, without_tags},
};

/// Of one page; and bytes of one text.
const MOST: usize = 100;
const LONGEST: usize = 10_000;
/// Objects in each other in which one is looked for.
const DEEPEST: usize = 6;

pub(super) struct Pair {
    question: String,
    answer: String,
}

pub(super) fn pairs(data: &[Value]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for value in data {
        gather(value, DEEPEST, &mut pairs);
    }
    pairs
}

fn gather(value: &Value, depth: usize, pairs: &mut Vec<Pair>) {
    if depth == 0 || pairs.len() >= MOST {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| gather(value, depth - 1, pairs)),
        Value::Object(object) => {
            if is(value, "FAQPage") {
                let left = MOST - pairs.len();
                let questions = list(object.get("mainEntity")).iter();
                pairs.extend(questions.filter_map(pair).take(left));
            } else {
                object.get("@graph").into_iter().for_each(|graph| gather(graph, depth - 1, pairs));
            }
        }
        _ => {}
    }
}

fn pair(question: &Value) -> Option<Pair> {
    let answer = question.get("acceptedAnswer")?;
    let answer = answer.as_array().and_then(|answers| answers.first()).unwrap_or(answer);
    Some(Pair {
        question: said(question, "name", LONGEST)?,
        answer: said(answer, "text", LONGEST)?,
    })
}

/// Those that the content lacks, below it.
pub(super) fn add(pairs: &[Pair], content: &mut String) {
    if pairs.is_empty() {
        return;
    }
    let shown = bare(&without_tags(content));
    for Pair { question, answer } in pairs {
        if !shown.contains(&bare(question)) {
            content.push_str("<h2>");
            escape(question, content);
            content.push_str("</h2><p>");
            escape(answer, content);
            content.push_str("</p>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn questions_that_only_machines_are_told_are_read() {
        let question = |name: &str, text: &str| {
            format!(
                r#"{{"@type":"Question","name":"{name}","acceptedAnswer":{{"@type":"Answer","text":"{text}"}}}}"#
            )
        };
        let all = [
            question("May I park?", "<p>Yes.</p><p>Three &amp; a half cars.</p>"),
            question("And \\\"dogs\\\"?", "No."),
        ];
        let faq = format!(
            r#"{{"@graph":[{{"@type":"WebPage"}},{{"@type":["FAQPage"],"mainEntity":[{}]}}]}}"#,
            all.join(",")
        );
        let page = format!(
            "<head><script type=application/ld+json>{faq}</script><script type=application/ld+json>{{no</script></head>\
             <main><h1>Help</h1><h3>And “dogs”?</h3><p>No.</p></main>"
        );
        let out = markdown(&page);
        assert_eq!(
            out,
            "# Help\n\n### And “dogs”?\n\nNo.\n\n## May I park?\n\nYes. Three & a half cars."
        );
    }
}
