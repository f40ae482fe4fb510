//! Vectors as they are stored and compared, from whichever model and of any dimension: 8 bits for
//! each, and one scale. A vector of another dimension or a damaged one compares to nothing; it
//! never stops a search.

/// f32, little endian, before the codes of a stored vector.
const SCALE_BYTES: usize = 4;
/// A stored code is at most this, so -128 is never written.
const LARGEST_STORED: i8 = i8::MAX;
/// A query is made once and compared often: 14 bits cost nothing there, and its rounding no longer
/// counts.
const LARGEST_ASKED: i16 = 8191;
/// Products are added up in i32 for this many dimensions: 8,191 × 128 × 1,024 is below 2³¹.
const CHUNK: usize = 1024;

/// Of a vector's stored form.
#[must_use]
pub fn stored_bytes(dimensions: usize) -> usize {
    SCALE_BYTES + dimensions
}

/// The stored form of a vector: f32 scale, then an i8 for each dimension. What is not finite counts
/// as nothing.
#[must_use]
pub fn quantise(vector: &[f32]) -> Vec<u8> {
    let (scale, codes) = scaled(vector, f32::from(LARGEST_STORED));
    let codes = codes.map(|code| (code as i8).cast_unsigned());
    scale.to_le_bytes().into_iter().chain(codes).collect()
}

/// A vector that is compared with stored ones.
#[derive(Clone, Debug)]
pub struct Query {
    scale: f32,
    codes: Vec<i16>,
}

impl Query {
    #[must_use]
    pub fn new(vector: &[f32]) -> Self {
        let (scale, codes) = scaled(vector, f32::from(LARGEST_ASKED));
        Self { scale, codes: codes.map(|code| code as i16).collect() }
    }

    /// Of the stored vectors that it can be compared with.
    #[must_use]
    pub fn stored_bytes(&self) -> usize {
        stored_bytes(self.codes.len())
    }

    /// The dot product with a stored vector, for unit vectors the cosine of their angle; none if it
    /// is not of this dimension.
    #[must_use]
    pub fn dot(&self, stored: &[u8]) -> Option<f32> {
        let (scale, codes) = stored.split_first_chunk::<SCALE_BYTES>()?;
        let scale = f32::from_le_bytes(*scale);
        if codes.len() != self.codes.len() || !scale.is_finite() {
            return None;
        }
        let total: i64 = self
            .codes
            .chunks(CHUNK)
            .zip(codes.chunks(CHUNK))
            .map(|(asked, stored)| i64::from(minilm::sum_of_products(asked, stored)))
            .sum();
        Some(total as f32 * (self.scale * scale))
    }
}

/// The scale that makes the greatest value `largest`, and the values on it, rounded.
fn scaled(vector: &[f32], largest: f32) -> (f32, impl Iterator<Item = f32>) {
    let finite = |value: f32| if value.is_finite() { value } else { 0.0 };
    let greatest =
        vector.iter().fold(f32::MIN_POSITIVE, |greatest, value| greatest.max(finite(*value).abs()));
    let codes = vector.iter().map(move |value| (finite(*value) / greatest * largest).round());
    (greatest / largest, codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that look random, the same ones each time.
    fn vector(dimensions: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from((state >> 16) as u16) / 65_536.0 - 0.5
        };
        (0..dimensions).map(|_| next()).collect()
    }

    fn exact(one: &[f32], other: &[f32]) -> f32 {
        one.iter().zip(other).map(|(one, other)| one * other).sum()
    }

    fn unit(vector: &[f32]) -> Vec<f32> {
        let length = exact(vector, vector).sqrt();
        vector.iter().map(|value| value / length).collect()
    }

    #[test]
    fn a_dot_product_survives_being_stored() {
        for dimensions in [1, 3, 384, 1024, 1025, 1536, 4096] {
            let (one, other) = (unit(&vector(dimensions, 1)), unit(&vector(dimensions, 2)));
            for (asked, kept) in [(&one, &other), (&one, &one)] {
                let dot = Query::new(asked).dot(&quantise(kept)).unwrap();
                assert!((dot - exact(asked, kept)).abs() < 0.004, "{dimensions}: {dot}");
            }
        }
    }

    #[test]
    fn the_greatest_codes_do_not_overflow() {
        let dot = Query::new(&vec![1.0; 70_000]).dot(&quantise(&vec![-1.0; 70_000])).unwrap();
        assert!((dot + 70_000.0).abs() < 1.0, "{dot}");
        let lowest: Vec<u8> = 1_f32.to_le_bytes().into_iter().chain([0x80; 4096]).collect();
        assert!(Query::new(&[-1.0; 4096]).dot(&lowest).is_some());
    }

    #[test]
    fn a_vector_without_direction_is_no_nearer_to_any() {
        let query = Query::new(&vector(8, 1));
        assert_eq!(query.dot(&quantise(&[0.0; 8])), Some(0.0));
        assert_eq!(
            query.dot(&quantise(&[
                f32::NAN,
                f32::INFINITY,
                0.0,
                0.0,
                0.0,
                0.0,
                0.0,
                -f32::INFINITY
            ])),
            Some(0.0)
        );
        assert_eq!(Query::new(&[f32::NAN; 8]).dot(&quantise(&vector(8, 1))), Some(0.0));
    }

    #[test]
    fn damaged_and_other_vectors_compare_to_nothing() {
        let query = Query::new(&vector(8, 1));
        let mut stored = quantise(&vector(8, 2));
        assert_eq!(stored.len(), SCALE_BYTES + 8);
        assert!(query.dot(&stored).is_some());
        for length in 0..stored.len() {
            assert_eq!(query.dot(&stored[..length]), None);
        }
        assert_eq!(query.dot(&quantise(&vector(9, 2))), None);
        stored[..SCALE_BYTES].copy_from_slice(&f32::NAN.to_le_bytes());
        assert_eq!(query.dot(&stored), None);
    }
}
