//! What stands around whatever the page shows; and the pages that show nothing but that there is no chat.

use ammonia::clean_text;

use super::words::Words;
use crate::{error::Kind, http::assets::Asset, id::AgentId};

/// Where no agent says which scheme it wants.
const DARK: &str = "<link rel=\"stylesheet\" href=\"/frontdesk-pages/chat-dark.css\" \
                    media=\"(prefers-color-scheme: dark)\">";

pub struct Frame<'a> {
    pub language: &'a str,
    pub direction: &'a str,
    pub scheme: &'a str,
}

impl Frame<'_> {
    pub fn around(&self, title: &str, head: &str, content: &str) -> String {
        let frame = Asset::carried("pages/chat.html").map(|asset| asset.text()).unwrap_or_default();
        // The content last, as it may hold whatever looks like a place to be filled.
        frame
            .replace("{{language}}", self.language)
            .replace("{{direction}}", self.direction)
            .replace("{{scheme}}", self.scheme)
            .replace("{{head}}", head)
            .replace("{{title}}", title)
            .replace("{{content}}", content)
    }
}

/// A page of the agent that only says that it did not work, and where to begin again.
pub fn failure(agent: AgentId, words: &Words) -> String {
    let (failed, retry) = (clean_text(words.say("failed")), clean_text(words.say("retry")));
    let content = format!(
        "<main>\n<h1>{failed}</h1>\n<p><a href=\"/chat/{agent}\">{retry}</a></p>\n</main>\n"
    );
    Frame { language: &words.language, direction: words.direction(), scheme: "light dark" }
        .around(&failed, DARK, &content)
}

/// A page that only says why there is no chat, in the browser's language, as no agent says in which else.
pub fn refusal(kind: Kind, words: &Words) -> String {
    let (title, text) = match kind {
        Kind::NotFound => words.absent(),
        _ => (words.say("failed"), words.say("unreachable")),
    };
    let (title, text) = (clean_text(title), clean_text(text));
    let content = format!("<main>\n<h1>{title}</h1>\n<p>{text}</p>\n</main>\n");
    Frame { language: &words.language, direction: words.direction(), scheme: "light dark" }
        .around(&title, DARK, &content)
}
