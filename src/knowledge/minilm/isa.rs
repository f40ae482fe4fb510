//! The four ways to multiply 8-bit weights with 14-bit activations: AVX-512 VNNI, AVX2, SSE4.1 and plain
//! Rust. Each computes the same exact integers, so the same text has the same embedding, bit for
//! bit, on every processor.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m128i, __m256i, __m512i};

#[cfg(target_arch = "x86_64")]
use pulp::{
    cast,
    x86::{V2, V3},
};

use super::model::{LANES, Step};

/// Sums for the `LANES` outputs of a panel, and the instructions that make them.
pub trait Isa: Copy {
    /// A step of weights, ready to multiply.
    type Weights: Copy;
    /// `LANES` sums of i32.
    type Sums: Copy;

    /// [`Isa::add`] is one instruction that takes several cycles, for which the next one to the same sums waits: a
    /// dozen of others must be there to go on with, and there are registers for their sums.
    const IS_FUSED: bool = false;

    /// Runs work that is compiled for these instructions, as far as it is inlined.
    fn run<R>(self, work: impl FnOnce() -> R) -> R;

    fn zero(self) -> Self::Sums;

    fn widen(self, step: &Step) -> Self::Weights;

    /// Adds to each output the products of its two weights and a pair of activations: i16 in the
    /// low half, i16 in the high.
    fn add(self, sums: Self::Sums, weights: Self::Weights, pair: i32) -> Self::Sums;

    fn totals(self, sums: Self::Sums) -> [i32; LANES];
}

/// What every processor can do, and what the compiler makes NEON of.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Isa for Portable {
    type Weights = [[i16; LANES]; 2];
    type Sums = [i32; LANES];

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }

    #[inline(always)]
    fn zero(self) -> Self::Sums {
        [0; LANES]
    }

    #[inline(always)]
    fn widen(self, step: &Step) -> Self::Weights {
        let mut weights = [[0; LANES]; 2];
        for (output, bytes) in step.as_chunks::<2>().0.iter().enumerate() {
            weights[0][output] = i16::from(bytes[0].cast_signed());
            weights[1][output] = i16::from(bytes[1].cast_signed());
        }
        weights
    }

    #[inline(always)]
    fn add(self, mut sums: Self::Sums, weights: Self::Weights, pair: i32) -> Self::Sums {
        let (low, high) = (pair << 16 >> 16, pair >> 16);
        for (output, sum) in sums.iter_mut().enumerate() {
            *sum += i32::from(weights[0][output]) * low + i32::from(weights[1][output]) * high;
        }
        sums
    }

    #[inline(always)]
    fn totals(self, sums: Self::Sums) -> [i32; LANES] {
        sums
    }
}

// A processor with VNNI has all of these (Intel since Cascade Lake, AMD since Zen 4). With AVX-512 alone nothing is won
// over AVX2 that would be worth a path of its own.
#[cfg(target_arch = "x86_64")]
pulp::simd_type!({
    /// AVX-512 with an instruction that multiplies and adds at once.
    pub struct Vnni {
        sse: f!("sse"),
        sse2: f!("sse2"),
        fxsr: f!("fxsr"),
        sse3: f!("sse3"),
        ssse3: f!("ssse3"),
        sse4_1: f!("sse4.1"),
        sse4_2: f!("sse4.2"),
        popcnt: f!("popcnt"),
        avx: f!("avx"),
        avx2: f!("avx2"),
        bmi1: f!("bmi1"),
        bmi2: f!("bmi2"),
        fma: f!("fma"),
        lzcnt: f!("lzcnt"),
        avx512f: f!("avx512f"),
        avx512bw: f!("avx512bw"),
        avx512cd: f!("avx512cd"),
        avx512dq: f!("avx512dq"),
        avx512vl: f!("avx512vl"),
        avx512vnni: f!("avx512vnni"),
    }
});

#[cfg(target_arch = "x86_64")]
impl Isa for Vnni {
    type Weights = __m512i;
    type Sums = __m512i;

    const IS_FUSED: bool = true;

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        self.vectorize(work)
    }

    #[inline(always)]
    fn zero(self) -> Self::Sums {
        cast([0_i32; LANES])
    }

    #[inline(always)]
    fn widen(self, step: &Step) -> Self::Weights {
        self.avx512bw._mm512_cvtepi8_epi16(cast(*step))
    }

    #[inline(always)]
    fn add(self, sums: Self::Sums, weights: Self::Weights, pair: i32) -> Self::Sums {
        // The compiler makes one vpdpwssd of both.
        let products =
            self.avx512bw._mm512_madd_epi16(weights, self.avx512f._mm512_set1_epi32(pair));
        self.avx512f._mm512_add_epi32(sums, products)
    }

    #[inline(always)]
    fn totals(self, sums: Self::Sums) -> [i32; LANES] {
        cast(sums)
    }
}

#[cfg(target_arch = "x86_64")]
impl Isa for V3 {
    type Weights = [__m256i; 2];
    type Sums = [__m256i; 2];

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        self.vectorize(work)
    }

    #[inline(always)]
    fn zero(self) -> Self::Sums {
        cast([0_i32; LANES])
    }

    #[inline(always)]
    fn widen(self, step: &Step) -> Self::Weights {
        let [low, high]: [__m128i; 2] = cast(*step);
        [self.avx2._mm256_cvtepi8_epi16(low), self.avx2._mm256_cvtepi8_epi16(high)]
    }

    #[inline(always)]
    fn add(self, sums: Self::Sums, weights: Self::Weights, pair: i32) -> Self::Sums {
        let pair = self.avx._mm256_set1_epi32(pair);
        let half = |half: usize| {
            self.avx2._mm256_add_epi32(sums[half], self.avx2._mm256_madd_epi16(weights[half], pair))
        };
        [half(0), half(1)]
    }

    #[inline(always)]
    fn totals(self, sums: Self::Sums) -> [i32; LANES] {
        cast(sums)
    }
}

#[cfg(target_arch = "x86_64")]
impl Isa for V2 {
    type Weights = [__m128i; 4];
    type Sums = [__m128i; 4];

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        self.vectorize(work)
    }

    #[inline(always)]
    fn zero(self) -> Self::Sums {
        cast([0_i32; LANES])
    }

    #[inline(always)]
    fn widen(self, step: &Step) -> Self::Weights {
        let quarters: [u64; 4] = cast(*step);
        quarters.map(|bytes| self.sse4_1._mm_cvtepi8_epi16(cast([bytes, 0])))
    }

    #[inline(always)]
    fn add(self, sums: Self::Sums, weights: Self::Weights, pair: i32) -> Self::Sums {
        let pair = self.sse2._mm_set1_epi32(pair);
        let quarter = |index: usize| {
            self.sse2._mm_add_epi32(sums[index], self.sse2._mm_madd_epi16(weights[index], pair))
        };
        [quarter(0), quarter(1), quarter(2), quarter(3)]
    }

    #[inline(always)]
    fn totals(self, sums: Self::Sums) -> [i32; LANES] {
        cast(sums)
    }
}
