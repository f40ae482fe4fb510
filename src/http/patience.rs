//! How long a peer may take: for its first byte, for a request's head, and between requests. While we work on an
//! answer it is we who are slow, and no peer is cut off for that.

use std::time::Duration;

use tokio::time::Instant;

/// From the first byte of a request to the end of its head; and to the first byte at all.
const HEAD_WITHIN: Duration = Duration::from_secs(15);
/// Without a byte in either direction; the streams' comments come every fifteen seconds.
const IDLE_FOR: Duration = Duration::from_secs(90);

pub struct Patience {
    head: Head,
    last_byte: Instant,
}

/// Where in a request the peer is.
enum Head {
    /// Nothing ever came.
    Silent,
    /// Between requests.
    Awaited,
    /// Begun, and so far in its line.
    Coming { since: Instant, line: Line },
    /// Over: the body comes, for which there is a limit of its own, or we work on the answer.
    Read,
}

#[derive(Clone, Copy, PartialEq)]
enum Line {
    /// Nothing of the head was there yet.
    Before,
    Begun,
    /// The line before ended; one more end and the head is over.
    Empty,
}

impl Patience {
    pub fn new(now: Instant) -> Self {
        Self { head: Head::Silent, last_byte: now }
    }

    /// No byte of a request came since the last answer.
    pub fn awaits_request(&self) -> bool {
        matches!(self.head, Head::Silent | Head::Awaited)
    }

    /// When to cut the peer off or, while we work, when to look again.
    pub fn deadline(&self, now: Instant) -> Instant {
        match self.head {
            Head::Silent => self.last_byte + HEAD_WITHIN,
            Head::Awaited => self.last_byte + IDLE_FOR,
            Head::Coming { since, .. } => since + HEAD_WITHIN,
            Head::Read => now + IDLE_FOR,
        }
    }

    pub fn received(&mut self, bytes: &[u8], now: Instant) {
        self.last_byte = now;
        let (since, mut line) = match self.head {
            Head::Silent | Head::Awaited => (now, Line::Before),
            Head::Coming { since, line } => (since, line),
            Head::Read => return,
        };
        for byte in bytes {
            line = match (byte, line) {
                // Empty lines before a request are skipped (RFC 9112, section 2.2), and end no head.
                (b'\r' | b'\n', Line::Before) => Line::Before,
                (b'\n', Line::Empty) => {
                    self.head = Head::Read;
                    return;
                }
                // A line may end in a bare line feed, and then a carriage return may stand alone too.
                (b'\n', _) => Line::Empty,
                (b'\r', Line::Empty) => Line::Empty,
                _ => Line::Begun,
            };
        }
        self.head = Head::Coming { since, line };
    }

    /// A response ends the request before it; "100 Continue" does not: the body still comes.
    pub fn sent(&mut self, bytes: &[u8], now: Instant) {
        self.last_byte = now;
        if !bytes.starts_with(b"HTTP/1.1 1") {
            self.head = Head::Awaited;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: &[u8] = b"POST /v1/widget/messages HTTP/1.1\r\nHost: a.example\r\n\r\n";

    #[test]
    fn nobody_is_cut_off_while_we_work_on_the_answer() {
        let begun = Instant::now();
        let mut patience = Patience::new(begun);
        patience.received(ASKED, begun);
        let much_later = begun + 10 * IDLE_FOR;
        assert!(patience.deadline(much_later) > much_later);

        patience.sent(b"HTTP/1.1 100 Continue\r\n\r\n", much_later);
        let later_still = much_later + 10 * IDLE_FOR;
        assert!(patience.deadline(later_still) > later_still);

        patience.sent(b"HTTP/1.1 200 OK\r\n\r\n", later_still);
        assert_eq!(patience.deadline(later_still), later_still + IDLE_FOR);
    }

    #[test]
    fn whoever_never_says_anything_is_cut_off_sooner_than_who_is_between_requests() {
        let begun = Instant::now();
        let mut patience = Patience::new(begun);
        assert_eq!(patience.deadline(begun), begun + HEAD_WITHIN);
        patience.received(b"GET / HTTP/1.1\r\n", begun + HEAD_WITHIN / 2);
        assert_eq!(patience.deadline(begun), begun + HEAD_WITHIN / 2 + HEAD_WITHIN);
    }
}
