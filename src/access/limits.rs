//! How often: fixed windows of a minute from the first hit, counted in memory. The table of limits is here and
//! nowhere else. Memory is bounded ([`windows`]), and a flood of new keys pushes out other rare ones before those that
//! hit often, so that nobody escapes a limit by making noise.

mod windows;

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use self::windows::{Counted, Windows};
use crate::{
    clock::Moment,
    error::{Error, Result, Window},
    id::{AgentId, ConversationId},
};

const WINDOW: Duration = Duration::from_mins(1);

/// What is counted apart from all else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// Visits.
    Init,
    /// Looks at an agent's public settings, of which a browser keeps one for a minute.
    Config,
    /// Questions, streamed or not.
    Messages,
    /// The rest of the conversation: reading, clearing, asking for a person, ratings, erasing.
    Conversation,
    Typing,
    /// A batch counts its events, in our own table.
    Events,
    Leads,
}

/// The published descriptions of this API disagree: `Default` is ours, the others keep to each to the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    Default,
    Glozr,
    Diagent,
}

/// Whose hits are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Per {
    Ip,
    IpAndAgent,
    Conversation,
}

struct Rate {
    /// Buckets may share one count.
    counted_as: Bucket,
    per: Per,
    /// None: no rate.
    per_minute: Option<u32>,
}

/// The table.
const fn rate(preset: Preset, bucket: Bucket) -> Rate {
    use Bucket::{Config, Conversation, Events, Init, Leads, Messages, Typing};
    use Preset::{Default, Diagent, Glozr};
    let (counted_as, per, per_minute) = match (preset, bucket) {
        (Default | Diagent, Init) => (Init, Per::IpAndAgent, Some(60)),
        (Glozr, Init) => (Init, Per::Ip, Some(60)),
        // Of no description, and in each: less than the refused origins that are counted at once.
        (Default | Glozr | Diagent, Config) => (Config, Per::Ip, Some(600)),
        (Default, Messages) => (Messages, Per::Conversation, Some(30)),
        (Glozr, Messages) => (Messages, Per::Conversation, None),
        (Diagent, Messages | Events | Conversation) => (Messages, Per::Conversation, Some(30)),
        (Default | Glozr, Conversation) => (Conversation, Per::Conversation, Some(30)),
        (Default | Glozr, Events) => (Events, Per::Conversation, Some(600)),
        (Default | Glozr | Diagent, Typing) => (Typing, Per::Conversation, Some(120)),
        (Default | Glozr | Diagent, Leads) => (Leads, Per::Conversation, Some(5)),
    };
    Rate { counted_as, per, per_minute }
}

/// Values that replace the preset's, in hits per minute; 0 is no limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overrides {
    pub init: Option<u32>,
    pub config: Option<u32>,
    pub messages: Option<u32>,
    pub conversation: Option<u32>,
    pub typing: Option<u32>,
    pub events: Option<u32>,
    pub leads: Option<u32>,
}

impl Overrides {
    const fn of(&self, bucket: Bucket) -> Option<u32> {
        match bucket {
            Bucket::Init => self.init,
            Bucket::Config => self.config,
            Bucket::Messages => self.messages,
            Bucket::Conversation => self.conversation,
            Bucket::Typing => self.typing,
            Bucket::Events => self.events,
            Bucket::Leads => self.leads,
        }
    }
}

/// Who hits.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// To no agent where the request names none that there is: such visits count together.
    Visit(IpAddr, Option<AgentId>),
    Conversation(ConversationId),
}

pub struct Limits {
    preset: Preset,
    overrides: Overrides,
    /// Its keys are random, so that nobody can choose addresses that collide.
    hasher: RandomState,
    windows: Windows,
}

impl Limits {
    pub fn new(preset: Preset, overrides: Overrides) -> Self {
        Self { preset, overrides, hasher: RandomState::new(), windows: Windows::default() }
    }

    /// Counts `hits` at once; none of them if they do not all fit. Returns what is left, or nothing if there is no
    /// limit.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn hit(&self, bucket: Bucket, key: Key, hits: u32, now: Moment) -> Result<Option<Window>> {
        let rate = rate(self.preset, bucket);
        let limit = match self.overrides.of(bucket) {
            Some(0) => None,
            Some(limit) => Some(limit),
            None => rate.per_minute,
        };
        let Some(limit) = limit else { return Ok(None) };
        let counted = self.windows.hit(self.place(&rate, key), hits, limit, now);
        let Counted { began_at, used, fits } = counted;
        let reset_at = (began_at + WINDOW).unix_seconds() + 1;
        let window = Window { limit, remaining: limit.saturating_sub(used), reset_at };
        if fits {
            return Ok(Some(window));
        }
        Err(Error::limited(
            "rate_limited",
            "Too many requests. Wait as long as the Retry-After header says.",
            (began_at + WINDOW).since(now),
        )
        .with_window(window))
    }

    /// Hits of a batch of events: only our own table counts each of them; the published ones count requests.
    pub fn hits_of_batch(&self, events: u32) -> u32 {
        if self.preset == Preset::Default { events.max(1) } else { 1 }
    }

    fn place(&self, rate: &Rate, key: Key) -> u64 {
        match (rate.per, key) {
            (Per::Ip, Key::Visit(ip, _)) => self.hasher.hash_one((rate.counted_as, network(ip))),
            (Per::IpAndAgent | Per::Conversation, Key::Visit(ip, agent)) => {
                self.hasher.hash_one((rate.counted_as, network(ip), agent))
            }
            (_, Key::Conversation(id)) => self.hasher.hash_one((rate.counted_as, id)),
        }
    }
}

/// One household has a whole IPv6 /64 to choose addresses from, so it counts as one.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => {
            let bits = u128::from(v6) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(bits))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_millis(1_800_000_000_000);

    fn limits(preset: Preset) -> Limits {
        Limits::new(preset, Overrides::default())
    }

    fn visit(ip: &str, agent: AgentId) -> Key {
        Key::Visit(ip.parse().expect("an address"), Some(agent))
    }

    #[test]
    fn the_window_begins_with_the_first_hit_and_ends_after_a_minute() {
        let (limits, key) =
            (limits(Preset::Default), Key::Conversation(ConversationId::generate()));
        for left in (0..5).rev() {
            let window = limits.hit(Bucket::Leads, key, 1, NOW).expect("allowed").expect("limited");
            assert_eq!((window.limit, window.remaining), (5, left));
        }
        let refused =
            limits.hit(Bucket::Leads, key, 1, NOW + Duration::from_secs(20)).expect_err("refused");
        assert_eq!(refused.retry_after(), Some(Duration::from_secs(40)));
        assert!(limits.hit(Bucket::Leads, key, 1, NOW + WINDOW).is_ok());
    }

    #[test]
    fn a_batch_that_does_not_fit_counts_nothing() {
        let (limits, key) =
            (limits(Preset::Default), Key::Conversation(ConversationId::generate()));
        assert!(limits.hit(Bucket::Events, key, 590, NOW).is_ok());
        assert!(limits.hit(Bucket::Events, key, 50, NOW).is_err());
        assert!(limits.hit(Bucket::Events, key, 10, NOW).is_ok());
    }

    #[test]
    fn an_ipv6_network_counts_as_one_and_a_mapped_address_as_its_own() {
        let agent = AgentId::generate();
        let limits = limits(Preset::Default);
        for host in 0..60 {
            limits
                .hit(Bucket::Init, visit(&format!("2001:db8::{host:x}"), agent), 1, NOW)
                .expect("allowed");
        }
        assert!(limits.hit(Bucket::Init, visit("2001:db8::ffff", agent), 1, NOW).is_err());
        assert!(limits.hit(Bucket::Init, visit("2001:db8:0:1::1", agent), 1, NOW).is_ok());
        assert_eq!(
            network("::ffff:192.0.2.1".parse().expect("an address")).to_string(),
            "192.0.2.1"
        );
    }

    #[test]
    fn the_presets_count_as_they_were_published() {
        let agents = [AgentId::generate(), AgentId::generate()];
        let glozr = limits(Preset::Glozr);
        for hit in 0..60 {
            glozr.hit(Bucket::Init, visit("192.0.2.1", agents[hit % 2]), 1, NOW).expect("allowed");
        }
        assert!(glozr.hit(Bucket::Init, visit("192.0.2.1", agents[0]), 1, NOW).is_err());
        let key = Key::Conversation(ConversationId::generate());
        assert_eq!(glozr.hit(Bucket::Messages, key, 1000, NOW).expect("allowed"), None);

        let diagent = limits(Preset::Diagent);
        diagent.hit(Bucket::Events, key, 29, NOW).expect("allowed");
        diagent.hit(Bucket::Conversation, key, 1, NOW).expect("allowed");
        assert!(diagent.hit(Bucket::Messages, key, 1, NOW).is_err());
    }

    #[test]
    fn nobody_escapes_a_limit_by_the_noise_of_a_million_addresses() {
        let (limits, agent) = (limits(Preset::Default), AgentId::generate());
        for _ in 0..60 {
            limits.hit(Bucket::Init, visit("192.0.2.1", agent), 1, NOW).expect("allowed");
        }
        for address in 0..1_000_000 {
            let address = IpAddr::from((0x0a00_0000_u32 + address).to_be_bytes());
            let noise = Key::Visit(address, Some(agent));
            limits.hit(Bucket::Init, noise, 1, NOW).expect("allowed");
        }
        assert!(limits.hit(Bucket::Init, visit("192.0.2.1", agent), 1, NOW).is_err());
    }

    #[test]
    fn an_override_replaces_one_number_and_zero_lifts_it() {
        let overrides = Overrides { leads: Some(1), init: Some(0), ..Overrides::default() };
        let limits = Limits::new(Preset::Default, overrides);
        let key = Key::Conversation(ConversationId::generate());
        limits.hit(Bucket::Leads, key, 1, NOW).expect("allowed");
        assert!(limits.hit(Bucket::Leads, key, 1, NOW).is_err());
        assert_eq!(
            limits.hit(Bucket::Init, visit("192.0.2.1", AgentId::generate()), 9, NOW).expect("ok"),
            None
        );
    }
}
