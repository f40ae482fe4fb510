//! Whether a question asks where a desk is.

use super::{BASED, PLACES, YOURS, is_in};

/// Questions for the place itself, as they begin or stand.
const WHERE: &str = "where are you|where can i find you|how do i find you|how can i find you|where do i find you|\
    where are you guys|where u at|where r you|where r u|where are u|wo seid ihr|wo sitzt ihr|wo liegt ihr|wo bist du|wo sind sie|wo finde ich euch|wo finde ich sie|wo befindet ihr euch|\
    wo befinden sie sich|ou etes vous|vous etes ou|ou est ce que vous etes|c est ou chez vous|ou vous trouvez vous|ou vous trouver|donde estan|donde estais|donde estas|donde quedais|donde quedan|en donde estan|\
    donde se encuentran|donde os encuentro|dove siete|dov e che siete|dove vi trovo|dove vi trovate|dove vi trovo|onde ficam|onde estao|\
    waar zitten jullie|waar zit je|waar liggen jullie|waar zijn jullie|waar vind ik jullie|waar bent u|gdzie jestescie|gdzie sie znajdujecie";
/// Before a place: "where is the shop".
const WHERE_IS: &str = "where is|where s|where are|wo ist|wo liegt|wo befindet sich|ou est|ou se trouve|c ou|c est ou|ou c est|donde esta|\
    donde queda|dov e|dove si trova|dove sta|onde fica|waar is|waar zit|waar ligt";
/// Before the place.
pub(super) const ARTICLES: &str = "the our der die das le la l el il lo o a de het dein deine";
/// Of words that are folded, without what says nothing.
pub(super) fn is_asked(words: &[&str]) -> bool {
    let all = words.join(" ");
    let is_based =
        |rest: &str| rest.split_whitespace().all(|word| is_in(word, BASED) || is_in(word, PLACES));
    let after = |cue: &str| {
        let rest = all.strip_prefix(cue)?;
        rest.is_empty().then_some(rest).or_else(|| rest.strip_prefix(' '))
    };
    if WHERE.split('|').filter_map(after).any(is_based) {
        return true;
    }
    WHERE_IS.split('|').filter_map(after).any(|rest| {
        let mut rest =
            rest.split_whitespace().skip_while(|word| is_in(word, YOURS) || is_in(word, ARTICLES));
        rest.next().is_some_and(|place| is_in(place, PLACES)) && rest.all(|word| is_in(word, BASED))
    })
}
