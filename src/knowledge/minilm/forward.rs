//! The forward pass: from tokens to their states, and to the unit vector of a text. Works on blocks of tokens where it
//! can, so a text of any length needs about a megabyte, given back at the end.

use super::{
    attention::{HEAD, HEADS, Head, attend},
    isa::Isa,
    kernels::{gelu, multiply, normalise, quantise, sum},
    model::{INNER, LANES, Layer, MAX_TOKENS, Model, WIDTH},
};

/// Tokens that go through a feed-forward step together, for which what lies between its matrices
/// stays in the cache.
const BLOCK: usize = 24;

pub type State = [f32; WIDTH];

/// What each token of a text means there.
pub fn states<I: Isa>(isa: I, model: &Model, tokens: &[u16]) -> Vec<State> {
    let tokens = &tokens[..tokens.len().min(MAX_TOKENS)];
    let mut states: Vec<State> =
        tokens.iter().enumerate().map(|(position, token)| model.start(*token, position)).collect();
    normalise(isa, &mut states, &model.norm);
    let mut context = vec![[0.0; WIDTH]; states.len()];
    for layer in &model.layers {
        look_around(isa, layer, &states, &mut context);
        for (states, context) in states.chunks_mut(BLOCK).zip(context.chunks(BLOCK)) {
            take_in(isa, layer, states, context);
            feed_forward(isa, layer, states);
        }
    }
    states
}

/// Attention of all heads: what each token takes of the others, into `context`.
fn look_around<I: Isa>(isa: I, layer: &Layer, states: &[State], context: &mut [State]) {
    let rows = quantise(isa, states);
    let mut head = Head::of(states.len());
    for index in 0..HEADS {
        multiply(
            isa,
            &layer.attention,
            Head::panels(index),
            &rows,
            #[inline(always)]
            |panel, token, outputs| head.set(panel, token, outputs),
        );
        attend(isa, &head, context, index * HEAD);
    }
}

/// Adds what the tokens found around them.
fn take_in<I: Isa>(isa: I, layer: &Layer, states: &mut [State], context: &[State]) {
    let rows = quantise(isa, context);
    multiply(
        isa,
        &layer.attention_output,
        0..WIDTH / LANES,
        &rows,
        #[inline(always)]
        |panel, token, outputs| add(&mut states[token], panel, outputs),
    );
    normalise(isa, states, &layer.attention_norm);
}

fn feed_forward<I: Isa>(isa: I, layer: &Layer, states: &mut [State]) {
    let rows = quantise(isa, states);
    let mut inner = vec![[0.0; INNER]; states.len()];
    multiply(
        isa,
        &layer.up,
        0..INNER / LANES,
        &rows,
        #[inline(always)]
        |panel, token, outputs| {
            for (value, output) in inner[token][panel * LANES..][..LANES].iter_mut().zip(outputs) {
                *value = gelu(output);
            }
        },
    );
    let rows = quantise(isa, &inner);
    multiply(
        isa,
        &layer.down,
        0..WIDTH / LANES,
        &rows,
        #[inline(always)]
        |panel, token, outputs| add(&mut states[token], panel, outputs),
    );
    normalise(isa, states, &layer.norm);
}

#[inline(always)]
fn add(state: &mut State, panel: usize, outputs: [f32; LANES]) {
    for (value, output) in state[panel * LANES..][..LANES].iter_mut().zip(outputs) {
        *value += output;
    }
}

/// The embedding of a text: the direction of its tokens' mean. Their number falls out with the length.
pub fn mean(states: &[State]) -> State {
    let mut total = [0.0; WIDTH];
    for state in states {
        for (total, value) in total.iter_mut().zip(state) {
            *total += value;
        }
    }
    let length = sum(&total, |value| value * value).sqrt();
    if length > 0.0 { total.map(|value| value / length) } else { total }
}
