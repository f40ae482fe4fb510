//! What an owner says of a source, by option or `KEY=VALUE`; what is not said stays as it is.

use super::{every::Every, patterns::Patterns};
use crate::{
    error::{Error, Result},
    store::{
        pages,
        sources::{Settings, Source},
    },
};

const AT_ONCE: usize = 16;
const HOSTS: usize = 100;
/// What may be set, for who misspells it.
const KEYS: &str = "every, include, exclude, max_pages, max_depth, at_once, allow_hosts";

#[derive(Debug, Default, Clone)]
pub struct Wishes {
    pub include: Option<Vec<String>>,
    pub exclude: Option<Vec<String>>,
    pub max_pages: Option<usize>,
    /// None inside: as deep as it goes.
    #[allow(clippy::option_option, reason = "unsaid, or no bound, or a bound")]
    pub max_depth: Option<Option<u32>>,
    pub at_once: Option<usize>,
    pub allow_hosts: Option<Vec<String>>,
    pub every: Option<Every>,
}

impl Wishes {
    /// From `KEY=VALUE`; lists are separated by commas or blanks, an empty one is no pattern at all.
    ///
    /// # Errors
    /// Names the key that is none, and the value that does not fit.
    pub fn read(pairs: &[(String, String)]) -> Result<Self> {
        let mut wishes = Self::default();
        for (key, value) in pairs {
            let list = || {
                let parts = value.split([',', ' ']).map(str::trim);
                parts.filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>()
            };
            let number = || {
                let wrong = || Error::invalid(key.clone(), format!("is {value:?}, not a number"));
                value.trim().parse::<u32>().map_err(|_| wrong())
            };
            match key.as_str() {
                "every" => wishes.every = Some(value.parse()?),
                "include" => wishes.include = Some(list()),
                "exclude" => wishes.exclude = Some(list()),
                "max_pages" => wishes.max_pages = Some(number()? as usize),
                "max_depth" if matches!(value.trim(), "" | "none") => {
                    wishes.max_depth = Some(None);
                }
                "max_depth" => wishes.max_depth = Some(Some(number()?)),
                "at_once" => wishes.at_once = Some(number()? as usize),
                "allow_hosts" => wishes.allow_hosts = Some(list()),
                _ => {
                    let problem = format!("is nothing that can be set; there are {KEYS}");
                    return Err(Error::invalid(key.clone(), problem));
                }
            }
        }
        Ok(wishes)
    }

    /// Whether it says how far a crawl goes.
    pub fn are_of_crawls(&self) -> bool {
        let Self { include, exclude, max_pages, max_depth, at_once, allow_hosts, every: _ } = self;
        include.is_some()
            || exclude.is_some()
            || max_pages.is_some()
            || max_depth.is_some()
            || at_once.is_some()
            || allow_hosts.is_some()
    }

    /// Puts on the source what was said.
    ///
    /// # Errors
    /// Names what does not fit, or not this kind of source.
    pub(super) fn change(&self, source: &mut Source) -> Result<()> {
        if self.are_of_crawls() && !source.is_fetched() {
            let problem = format!("can be set of a {}; the rest is for websites", source.kind);
            return Err(Error::invalid("every", format!("is all that {problem}")));
        }
        source.settings = self.settings(&source.settings)?;
        if let Some(Every(every)) = self.every {
            self.suits(&source.kind)?;
            source.every = every;
        }
        Ok(())
    }

    /// # Errors
    /// When a schedule is wished for what cannot change.
    pub(super) fn suits(&self, kind: &str) -> Result<()> {
        if kind == super::Kind::Text.name() && self.every.is_some_and(|every| every.0.is_some()) {
            return Err(Error::invalid("every", "is for what can change; a text is what it is"));
        }
        Ok(())
    }

    /// The settings with what was said.
    pub(super) fn settings(&self, before: &Settings) -> Result<Settings> {
        let settings = Settings {
            include: self.include.clone().unwrap_or_else(|| before.include.clone()),
            exclude: self.exclude.clone().unwrap_or_else(|| before.exclude.clone()),
            max_pages: self.max_pages.unwrap_or(before.max_pages),
            max_depth: self.max_depth.unwrap_or(before.max_depth),
            at_once: self.at_once.unwrap_or(before.at_once),
            allow_hosts: self.allow_hosts.clone().unwrap_or_else(|| before.allow_hosts.clone()),
        };
        Patterns::new(&settings.include, &settings.exclude)?;
        within("max_pages", settings.max_pages, pages::MOST as usize)?;
        within("at_once", settings.at_once, AT_ONCE)?;
        if settings.allow_hosts.len() > HOSTS {
            return Err(Error::invalid("allow_hosts", format!("names more than {HOSTS} hosts")));
        }
        Ok(settings)
    }
}

fn within(name: &str, value: usize, most: usize) -> Result<()> {
    if (1..=most).contains(&value) {
        return Ok(());
    }
    Err(Error::invalid(name, format!("is {value}; it must be from 1 to {most}")))
}

impl Source {
    /// Whether its pages come over the network.
    pub fn is_fetched(&self) -> bool {
        self.kind.parse().is_ok_and(super::Kind::is_fetched)
    }
}
