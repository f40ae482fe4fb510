//! The arithmetic of the model: activations to 14 bits, matrix products, layer norm, GELU, exp and
//! sums. All of f32 is done in one fixed order without fused operations, for the compiler to
//! vectorise as it likes without changing a bit.

use super::{
    isa::Isa,
    model::{LANES, Matrix, Norm, Panel, WIDTH},
};

/// 14 bits with a sign. 1,536 products with 8-bit weights stay below 2³¹: 8,191 × 127 × 1,536 = 1.6
/// × 10⁹.
const LARGEST: f32 = 8191.0;
/// A row of nothing but zeros takes this as its greatest value, for its scale to stay finite.
const SMALLEST: f32 = 1e-30;
/// Added and taken away, it rounds an f32 below 2²² to the nearest integer, which is then in the
/// low bits of the sum.
const ROUND: f32 = 12_582_912.0;
/// Tokens multiplied together by each step of weights: as many sums as AVX2 has registers for.
const TILE: usize = 6;
/// The same where instructions are fused, and how many sums are under way there when fewer tokens are left.
const FUSED: usize = 12;

/// A token's activations, in pairs: i16 in the low half, i16 in the high.
pub struct Row<const STEPS: usize> {
    scale: f32,
    pairs: [i32; STEPS],
}

/// Rows of f32 to rows of 14 bits.
pub fn quantise<I: Isa, const VALUES: usize, const STEPS: usize>(
    isa: I,
    rows: &[[f32; VALUES]],
) -> Vec<Row<STEPS>> {
    isa.run(
        #[inline(always)]
        || rows.iter().map(|values| Row::of(values)).collect(),
    )
}

impl<const STEPS: usize> Row<STEPS> {
    #[inline(always)]
    fn of(values: &[f32]) -> Self {
        let largest = larger(greatest(values, f32::abs), SMALLEST);
        let inverse = LARGEST / largest;
        let mut pairs = [0; STEPS];
        for (pair, [low, high]) in pairs.iter_mut().zip(values.as_chunks().0) {
            let low = (low * inverse + ROUND).to_bits() & 0xffff;
            let high = (high * inverse + ROUND).to_bits() << 16;
            *pair = (low | high).cast_signed();
        }
        Self { scale: largest / LARGEST, pairs }
    }
}

/// Multiplies rows with some panels of a matrix; hands out a panel's outputs for a row with the
/// indices of both.
pub fn multiply<I: Isa, const STEPS: usize>(
    isa: I,
    matrix: &Matrix<STEPS>,
    panels: impl Iterator<Item = usize>,
    rows: &[Row<STEPS>],
    mut out: impl FnMut(usize, usize, [f32; LANES]),
) {
    isa.run(
        #[inline(always)]
        || {
            for index in panels {
                let panel = matrix.panel(index);
                let mut done = 0;
                if I::IS_FUSED {
                    done += tiles::<I, FUSED, 1, STEPS>(isa, &panel, rows, done, &mut out);
                    done += tiles::<I, 6, { FUSED / 6 }, STEPS>(isa, &panel, rows, done, &mut out);
                    done += tiles::<I, 4, { FUSED / 4 }, STEPS>(isa, &panel, rows, done, &mut out);
                    done += tiles::<I, 2, { FUSED / 2 }, STEPS>(isa, &panel, rows, done, &mut out);
                    tiles::<I, 1, FUSED, STEPS>(isa, &panel, rows, done, &mut out);
                } else {
                    done += tiles::<I, TILE, 1, STEPS>(isa, &panel, rows, done, &mut out);
                    done += tiles::<I, 4, 1, STEPS>(isa, &panel, rows, done, &mut out);
                    done += tiles::<I, 2, 1, STEPS>(isa, &panel, rows, done, &mut out);
                    tiles::<I, 1, 1, STEPS>(isa, &panel, rows, done, &mut out);
                }
            }
        },
    );
}

/// Multiplies the rows after the first `done`, `COUNT` at a time while there are as many, with the sums for each of them in
/// `PARTS` parts, of which the number of steps is a multiple. Returns how many rows that were.
#[inline(always)]
fn tiles<I: Isa, const COUNT: usize, const PARTS: usize, const STEPS: usize>(
    isa: I,
    panel: &Panel<STEPS>,
    rows: &[Row<STEPS>],
    done: usize,
    out: &mut impl FnMut(usize, usize, [f32; LANES]),
) -> usize {
    let tiles = rows[done..].as_chunks::<COUNT>().0;
    for (index, tile) in tiles.iter().enumerate() {
        const { assert!(STEPS.is_multiple_of(PARTS)) };
        let mut sums = [[isa.zero(); PARTS]; COUNT];
        for (round, steps) in panel.steps.as_chunks::<PARTS>().0.iter().enumerate() {
            for (part, weights) in steps.iter().enumerate() {
                let weights = isa.widen(weights);
                for (sums, row) in sums.iter_mut().zip(tile) {
                    sums[part] = isa.add(sums[part], weights, row.pairs[round * PARTS + part]);
                }
            }
        }
        for (place, (row, parts)) in tile.iter().zip(sums).enumerate() {
            let mut totals = [0; LANES];
            for sums in parts {
                for (total, sum) in totals.iter_mut().zip(isa.totals(sums)) {
                    *total += sum;
                }
            }
            let mut outputs = panel.biases;
            for ((output, total), scale) in outputs.iter_mut().zip(totals).zip(panel.scales) {
                *output += rounded(total) * (row.scale * scale);
            }
            out(panel.index, done + index * COUNT + place, outputs);
        }
    }
    tiles.len() * COUNT
}

#[inline(always)]
fn rounded(total: i32) -> f32 {
    total as f32
}

/// Layer norm of each row, in place.
pub fn normalise<I: Isa>(isa: I, rows: &mut [[f32; WIDTH]], norm: &Norm) {
    isa.run(
        #[inline(always)]
        || {
            for row in rows {
                normalise_row(row, norm);
            }
        },
    );
}

#[inline(always)]
fn normalise_row(row: &mut [f32; WIDTH], norm: &Norm) {
    const EPSILON: f32 = 1e-12;
    let mean = sum(row, |value| value) / WIDTH as f32;
    let variance = sum(row, |value| (value - mean) * (value - mean)) / WIDTH as f32;
    let inverse = 1.0 / (variance + EPSILON).sqrt();
    for (value, (gain, bias)) in row.iter_mut().zip(norm.values()) {
        *value = (*value - mean) * inverse * gain + bias;
    }
}

/// The sum of a function of values, in `LANES` partial sums that are then halved: the order is the
/// same for every width of vectors.
#[inline(always)]
pub fn sum(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0_f32; LANES];
    for values in values.as_chunks::<LANES>().0 {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += term(*value);
        }
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0]
}

/// The greatest of a function of values; the least f32 of none.
#[inline(always)]
pub fn greatest(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut greatest = [f32::MIN; LANES];
    for values in chunks {
        for (greatest, value) in greatest.iter_mut().zip(values) {
            *greatest = larger(*greatest, of(*value));
        }
    }
    for (greatest, value) in greatest.iter_mut().zip(rest) {
        *greatest = larger(*greatest, of(*value));
    }
    greatest.into_iter().fold(f32::MIN, larger)
}

/// x Φ(x), with the error function by Abramowitz and Stegun 7.1.26, whose error is below 1.5 ×
/// 10⁻⁷.
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    const COEFFICIENTS: [f32; 5] =
        [1.061_405_4, -1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6];
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let tail =
        COEFFICIENTS.iter().fold(0.0, |sum, coefficient| (sum + coefficient) * t) * exp(-z * z);
    // tail is 1 - erf z: twice the weight of what lies beyond |x|
    let beyond = 0.5 * tail;
    x * if x < 0.0 { beyond } else { 1.0 - beyond }
}

/// eˣ for x up to 80, within 10⁻⁷ of it; e⁻⁸⁰ below -80.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = larger(x, -80.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let part = x - whole * LN_2_HIGH - whole * LN_2_LOW;
    // 1 / n! from n = 7: |part| is at most ln 2 / 2, where what is left out is below 10⁻⁸
    let terms = [1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let power = terms.iter().fold(0.0, |sum, term| sum * part + term);
    f32::from_bits(power.to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[inline(always)]
pub fn larger(one: f32, other: f32) -> f32 {
    if one > other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_gelu_are_within_a_few_units_of_the_last_place() {
        for step in -8000..=800_i16 {
            let x = f32::from(step) / 100.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) - exact).abs() <= 2e-7 * exact, "exp {x}");
        }
        assert!(exp(f32::NEG_INFINITY) > 0.0);
        for (x, exact) in [
            (-5.0, -1.433_257_9e-6),
            (-1.0, -0.158_655_26),
            (0.0, 0.0),
            (0.5, 0.345_731_23),
            (3.0, 2.995_950_3),
        ] {
            assert!((gelu(x) - exact).abs() < 4e-7, "gelu {x}: {}", gelu(x));
        }
        assert!(gelu(-100.0).abs() < 1e-30 && (gelu(100.0) - 100.0).abs() < 1e-30);
    }

    #[test]
    fn activations_keep_14_bits_and_any_value_is_safe() {
        let row = Row::<8>::of(&[
            1.0, -1.0, 0.5, 0.0, 0.25, -0.25, 1e-9, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
        ]);
        let halves: Vec<(i32, i32)> =
            row.pairs.iter().map(|pair| (pair << 16 >> 16, pair >> 16)).collect();
        assert_eq!(halves[..4], [(8191, -8191), (4096, 0), (2048, -2048), (0, -4096)]);
        assert_eq!(Row::<8>::of(&[0.0; 16]).pairs, [0; 8]);
    }
}
