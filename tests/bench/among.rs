//! One agent's knowledge among that of others in the same file, searched by words and by meaning.

use std::{thread, time::Duration};

use crate::{
    Bench, corpus,
    desk::Home,
    report::{Bar, Line, Result},
    retrieval,
};

/// That the agent knows.
const PASSAGES: usize = 5_000;
/// That another one knows, and some more. They are German, which the model does not read, so that nothing is embedded
/// beside us.
const OTHERS: usize = 45_000;
const TURNS: usize = 500;
/// After its start a server looks whether passages wait for their vectors.
const LOOK: Duration = Duration::from_secs(2);

pub fn among(bench: &mut Bench) -> Result<()> {
    let home = Home::by_meaning(&bench.folder.join("among"))?;
    let (pages, others) = (bench.folder.join("own-pages"), bench.folder.join("other-pages"));
    corpus::write_plain(&pages, 0, corpus::pages_for(PASSAGES))?;
    corpus::write_german(&others, corpus::pages_for(OTHERS))?;
    let other = home.agent("Aria of others")?;
    let known = home.teach(&other, &others)?.passages;
    let agent = home.agent("Aria among others")?;
    let taught = home.teach_wholly(&agent, &pages)?.passages;
    let foreign = home.vectors(&other)?;
    if foreign > 0.0 {
        return Err(format!("{foreign} passages in another language have vectors").into());
    }

    let desk = home.serve(None)?;
    thread::sleep(LOOK);
    let first = bench.new_questions(2 * TURNS);
    let question = |number| corpus::plain_question(number, corpus::pages_for(PASSAGES));
    // The first ones warm up and are not counted.
    retrieval::one_by_one(&desk, &agent, TURNS, |turn| question(first + turn))?;
    let first = first + TURNS;
    let distinct = retrieval::one_by_one(&desk, &agent, TURNS, |turn| question(first + turn))?;
    let repeated = retrieval::one_by_one(&desk, &agent, TURNS, |_| question(first))?;
    let search = |percent| distinct.percentile(percent) - repeated.percentile(50);
    let line = |questions| {
        Line::new("among")
            .number("passages", taught)
            .number("of", taught + known)
            .with("questions", questions)
    };
    line("repeated").times(&repeated).print();
    line("distinct")
        .times(&distinct)
        .number("search_p50_ms", search(50))
        .number("search_p99_ms", search(99))
        .print();
    let what = format!("search by words and meaning, {taught} of {} passages", taught + known);
    bench.table.row(format!("{what}: p50"), search(50), " ms", &Bar::None);
    bench.table.row(format!("{what}: p99"), search(99), " ms", &Bar::AtMost(10.0));
    Ok(())
}
