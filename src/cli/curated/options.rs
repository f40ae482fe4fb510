//! What is said of a curated answer, the same wherever one is made or changed.

use clap::Args;

use crate::{
    error::{Error, Result},
    store::curated::{Content, Link, Pattern},
};

/// What a question must be like; any pattern is enough.
#[derive(Args)]
pub struct Patterns {
    /// All of these words, in any order, with any ending that they have in the languages of the agent's pages or in
    /// --language; may be given several times
    #[arg(long, value_name = "WORDS")]
    words: Vec<String>,
    /// These words side by side, as they stand but for case and accents; may be given several times
    #[arg(long, value_name = "TEXT")]
    phrase: Vec<String>,
    /// The whole question, but for case, accents and punctuation; may be given several times
    #[arg(long, value_name = "QUESTION")]
    exact: Vec<String>,
    /// A regular expression (docs.rs/regex), case aside; may be given several times
    #[arg(long, value_name = "EXPRESSION")]
    regex: Vec<String>,
}

/// What else belongs to an answer.
#[derive(Args)]
pub struct More {
    /// What the answer cites, as its source number 1. '' takes it away
    #[arg(long, value_name = "URL")]
    link: Option<String>,
    /// How the link is called
    #[arg(long, value_name = "TEXT")]
    link_title: Option<String>,
    /// Only on pages whose path (/pricing) or address (https://…) begins so. '' is everywhere
    #[arg(long, value_name = "PREFIX")]
    page: Option<String>,
    /// Only for questions in this language, such as de. '' is any
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// The highest is tried first [default: 0]
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    priority: Option<i32>,
}

impl Patterns {
    pub fn all(self) -> Vec<Pattern> {
        let words = self.words.into_iter().map(Pattern::Words);
        let phrases = self.phrase.into_iter().map(Pattern::Phrase);
        let exact = self.exact.into_iter().map(Pattern::Exact);
        let regexes = self.regex.into_iter().map(Pattern::Regex);
        words.chain(phrases).chain(exact).chain(regexes).collect()
    }
}

impl More {
    /// # Errors
    /// When there is a title and no link.
    pub fn put(self, content: &mut Content) -> Result<()> {
        if let Some(url) = self.link {
            let title = content.link.take().map(|link| link.title).unwrap_or_default();
            content.link = Some(Link { url, title }).filter(|link| !link.url.is_empty());
        }
        if let Some(title) = self.link_title {
            match &mut content.link {
                Some(link) => link.title = title,
                None => return Err(Error::invalid("--link-title", "needs a --link")),
            }
        }
        if let Some(page) = self.page {
            content.page = Some(page).filter(|page| !page.is_empty());
        }
        if let Some(language) = self.language {
            content.language = Some(language).filter(|language| !language.is_empty());
        }
        if let Some(priority) = self.priority {
            content.priority = priority;
        }
        Ok(())
    }
}
