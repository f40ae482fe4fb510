//! Some models think aloud first, between `<think>` and `</think>`. Visitors hear only what comes after.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Lets through what is said after a leading block of thoughts; holds back at most one unfinished tag.
#[derive(Default)]
pub struct Thoughts {
    state: State,
    held: String,
}

#[derive(Default, PartialEq, Eq)]
enum State {
    /// Nothing was said yet.
    #[default]
    Start,
    Thinking,
    /// The thoughts are over; the space after them is dropped.
    After,
    Speaking,
}

impl Thoughts {
    /// Appends to `said` what of `text` the visitor may hear.
    pub fn filter(&mut self, text: &str, said: &mut String) {
        if self.state == State::Speaking {
            said.push_str(text);
            return;
        }
        self.held.push_str(text);
        if self.state == State::Start {
            let begun = self.held.trim_start();
            if let Some(rest) = begun.strip_prefix(OPEN) {
                self.held = rest.to_owned();
                self.state = State::Thinking;
            } else if OPEN.starts_with(begun) {
                return;
            } else {
                self.state = State::After;
            }
        }
        if self.state == State::Thinking {
            if let Some((_, rest)) = self.held.split_once(CLOSE) {
                self.held = rest.to_owned();
                self.state = State::After;
            } else {
                let mut keep = self.held.len().saturating_sub(CLOSE.len());
                while !self.held.is_char_boundary(keep) {
                    keep += 1;
                }
                self.held.drain(..keep);
            }
        }
        if self.state == State::After {
            let rest = self.held.trim_start();
            if !rest.is_empty() {
                said.push_str(rest);
                self.held = String::new();
                self.state = State::Speaking;
            }
        }
    }

    /// What was held back and turned out to be no tag.
    pub fn finish(&mut self, said: &mut String) {
        if self.state == State::Start {
            said.push_str(self.held.trim_start());
            self.held.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(wire: &str, size: usize) -> String {
        let (mut thoughts, mut said) = (Thoughts::default(), String::new());
        let letters: Vec<char> = wire.chars().collect();
        for part in letters.chunks(size) {
            thoughts.filter(&part.iter().collect::<String>(), &mut said);
        }
        thoughts.finish(&mut said);
        said
    }

    #[test]
    fn thoughts_are_not_heard_however_they_are_cut() {
        for size in 1..40 {
            assert_eq!(
                heard("\n<think>Hm, é < 3. </thin</think>\n\nWe <think> so.", size),
                "We <think> so."
            );
            assert_eq!(heard("<thanks> a lot", size), "<thanks> a lot");
            assert_eq!(heard("<th", size), "<th");
            assert_eq!(heard("<think>never ends", size), "");
        }
    }
}
