//! One head of attention: which tokens a token looks at, and what it takes of their values. Keys
//! lie across tokens, so that each score is one sum over its dimensions in their order, whatever
//! the width of vectors.

use super::{
    isa::Isa,
    kernels::{exp, greatest, sum},
    model::{LANES, MAX_TOKENS, WIDTH},
};

pub const HEADS: usize = 12;
pub const HEAD: usize = WIDTH / HEADS;
/// Queries that go through the keys together.
const TILE: usize = 4;
const BLOCKS: usize = MAX_TOKENS / LANES;

/// What a head makes of the tokens, to be filled before [`attend`].
pub struct Head {
    queries: Vec<[f32; HEAD]>,
    /// For each `LANES` tokens: `[dimension][token]`.
    keys: Vec<[[f32; LANES]; HEAD]>,
    values: Vec<[f32; HEAD]>,
}

impl Head {
    pub fn of(tokens: usize) -> Self {
        Self {
            queries: vec![[0.0; HEAD]; tokens.next_multiple_of(TILE)],
            keys: vec![[[0.0; LANES]; HEAD]; tokens.div_ceil(LANES)],
            values: vec![[0.0; HEAD]; tokens.next_multiple_of(LANES)],
        }
    }

    /// The panels of the matrix for queries, keys and values that are a head's.
    pub fn panels(head: usize) -> impl Iterator<Item = usize> {
        [0, WIDTH, 2 * WIDTH].into_iter().flat_map(move |part| {
            let first = (part + head * HEAD) / LANES;
            first..first + HEAD / LANES
        })
    }

    /// Takes the outputs of one of these panels for a token.
    #[inline(always)]
    pub fn set(&mut self, panel: usize, token: usize, outputs: [f32; LANES]) {
        let output = panel * LANES;
        let dimensions = output % HEAD..output % HEAD + LANES;
        match output / WIDTH {
            0 => self.queries[token][dimensions].copy_from_slice(&outputs),
            1 => {
                let keys = &mut self.keys[token / LANES][dimensions];
                for (key, output) in keys.iter_mut().zip(outputs) {
                    key[token % LANES] = output;
                }
            }
            _ => self.values[token][dimensions].copy_from_slice(&outputs),
        }
    }
}

/// Writes each token's mix of values to its place in `context`, from dimension `at`.
pub fn attend<I: Isa>(isa: I, head: &Head, context: &mut [[f32; WIDTH]], at: usize) {
    isa.run(
        #[inline(always)]
        || {
            let tokens = context.len();
            // Here and not handed out by `weigh`: copying them took an eighth of all the time.
            let mut weights = [[0.0; MAX_TOKENS]; TILE];
            for (queries, context) in
                head.queries.as_chunks::<TILE>().0.iter().zip(context.chunks_mut(TILE))
            {
                let totals = weigh(queries, &head.keys, tokens, &mut weights);
                let mixes = [mix(&weights, &head.values, 0), mix(&weights, &head.values, LANES)];
                for (index, (state, total)) in context.iter_mut().zip(totals).enumerate() {
                    for (half, mixes) in mixes.iter().enumerate() {
                        let start = at + half * LANES;
                        for (value, mixed) in
                            state[start..start + LANES].iter_mut().zip(mixes[index])
                        {
                            *value = mixed / total;
                        }
                    }
                }
            }
        },
    );
}

/// Fills in, for each query and key, e to the score less the query's greatest. Returns their sum for
/// each query.
#[inline(always)]
fn weigh(
    queries: &[[f32; HEAD]; TILE],
    keys: &[[[f32; LANES]; HEAD]],
    tokens: usize,
    weights: &mut [[f32; MAX_TOKENS]; TILE],
) -> [f32; TILE] {
    for (index, block) in keys.iter().take(BLOCKS).enumerate() {
        let mut scores = [[0_f32; LANES]; TILE];
        for (dimension, keys) in block.iter().enumerate() {
            add(&mut scores, queries.each_ref().map(|query| query[dimension]), keys);
        }
        for (weights, scores) in weights.iter_mut().zip(scores) {
            weights[index * LANES..][..LANES].copy_from_slice(&scores);
        }
    }
    let padded = tokens.next_multiple_of(LANES).min(MAX_TOKENS);
    let mut totals = [0.0; TILE];
    for (weights, total) in weights.iter_mut().zip(&mut totals) {
        let greatest = greatest(
            &weights[..tokens],
            #[inline(always)]
            |weight| weight,
        );
        for weight in &mut weights[..padded] {
            *weight = exp(*weight - greatest);
        }
        weights[tokens..padded].fill(0.0);
        *total = sum(
            &weights[..padded],
            #[inline(always)]
            |weight| weight,
        );
    }
    totals
}

/// Half of the dimensions of the values, weighed, for each query.
#[inline(always)]
fn mix(
    weights: &[[f32; MAX_TOKENS]; TILE],
    values: &[[f32; HEAD]],
    half: usize,
) -> [[f32; LANES]; TILE] {
    let mut mixes = [[0_f32; LANES]; TILE];
    for (token, values) in values.iter().take(MAX_TOKENS).enumerate() {
        if let Some(values) = values[half..].first_chunk() {
            add(&mut mixes, weights.each_ref().map(|weights| weights[token]), values);
        }
    }
    mixes
}

/// Adds the values to each of the sums, times its factor. One sum after the other and not in a loop: where scattered
/// writes are cheap enough, the compiler would turn that over and add one value to all sums at once, at several times
/// the cost.
#[inline(always)]
fn add(sums: &mut [[f32; LANES]; TILE], factors: [f32; TILE], values: &[f32; LANES]) {
    let [first, second, third, fourth] = sums;
    let [of_first, of_second, of_third, of_fourth] = factors;
    weigh_in(first, of_first, values);
    weigh_in(second, of_second, values);
    weigh_in(third, of_third, values);
    weigh_in(fourth, of_fourth, values);
}

#[inline(always)]
fn weigh_in(sums: &mut [f32; LANES], factor: f32, values: &[f32; LANES]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += factor * value;
    }
}
