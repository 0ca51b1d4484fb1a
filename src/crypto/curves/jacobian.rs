//! Points of a short Weierstrass curve with a = -3 (all NIST curves) in Jacobian coordinates, in variable time:
//! (x, y) = (X/Z², Y/Z³), and Z = 0 is the point at infinity.
//!
//! The curve crates' own points use complete formulas, which guard secrets at half as much again; here everything is public.
//! The formulas are the Explicit-Formulas Database's (hyperelliptic.org/EFD): `dbl-2001-b`, `madd` (1986 Chudnovsky-Chudnovsky).

use p256::elliptic_curve::{ff::Field, ops::Invert, subtle::CtOption};

/// a·p + b·q, scalars as big-endian bytes: interleaved windowed non-adjacent forms, so that both share the doublings.
pub(super) fn multiply_add<F: Field, const P: usize, const Q: usize>(
    (a, p): (&[u8], &Multiples<F, P>),
    (b, q): (&[u8], &Multiples<F, Q>),
) -> Point<F> {
    let (a, b) = (p.digits(a), q.digits(b));
    let mut sum = Point::INFINITY;
    for i in (0..a.len().max(b.len())).rev() {
        sum = sum.double();
        sum = p.add_digit(sum, a.get(i));
        sum = q.add_digit(sum, b.get(i));
    }
    sum
}

/// 1, 3, 5 … 2N-1 times a point, none of them infinity; N is a power of two.
pub(super) struct Multiples<F, const N: usize>([Affine<F>; N]);

impl<F: Field + Invert<Output = CtOption<F>>, const N: usize> Multiples<F, N> {
    /// `None` only for a point of an order so small that no curve used here has one.
    pub(super) fn new(point: Affine<F>) -> Option<Self> {
        let twice = Point { x: point.x, y: point.y, z: F::ONE }.double();
        // On the isomorphic curve with coordinates scaled by twice.z, twice is affine as it stands, and additions are the same there.
        let scale = twice.z.square();
        let step = Affine { x: twice.x, y: twice.y };
        let mut next = Point { x: point.x * scale, y: point.y * scale * twice.z, z: F::ONE };
        let mut product = F::ONE;
        let points = [(); N].map(|()| {
            let multiple = Point { z: next.z * twice.z, ..next };
            let before = product;
            product *= multiple.z;
            next = next.add(&step);
            (multiple, before)
        });
        // One inversion for all (Montgomery's trick): from the last to the first, `inverse` is that of all z up to here.
        let mut inverse = Option::<F>::from(product.invert_vartime())?;
        let mut multiples = [point; N];
        for (multiple, (Point { x, y, z }, before)) in multiples.iter_mut().zip(points).rev() {
            let z_inverse = inverse * before;
            inverse *= z;
            let square = z_inverse.square();
            *multiple = Affine { x: x * square, y: y * square * z_inverse };
        }
        Some(Self(multiples))
    }
}

impl<F: Field, const N: usize> Multiples<F, N> {
    /// Bits of a window, of which one is for the sign and one for being odd.
    const WINDOW: usize = N.ilog2() as usize + 2;

    fn add_digit(&self, sum: Point<F>, digit: Option<&i16>) -> Point<F> {
        let digit = digit.copied().unwrap_or(0);
        match self.0.get(usize::from(digit.unsigned_abs() / 2)) {
            Some(multiple) if digit > 0 => sum.add(multiple),
            Some(multiple) if digit < 0 => sum.add(&Affine { x: multiple.x, y: -multiple.y }),
            _ => sum,
        }
    }

    /// The scalar's windowed non-adjacent form, least significant digit first: each digit is 0 or odd and less than
    /// 2^(WINDOW-1) in size, and WINDOW-1 zeros follow one that is not 0. One more than the bits, for the last carry.
    fn digits(&self, scalar: &[u8]) -> Vec<i16> {
        let bit = |i: usize| scalar.iter().nth_back(i / 8).map_or(0, |byte| i16::from(byte >> (i % 8) & 1));
        let mut digits = vec![0; 8 * scalar.len() + 1];
        let (mut i, mut carry) = (0, 0);
        while let Some(digit) = digits.get_mut(i) {
            if bit(i) == carry {
                i += 1;
                continue;
            }
            let window = (0..Self::WINDOW).fold(carry, |sum, j| sum + (bit(i + j) << j));
            carry = window >> (Self::WINDOW - 1);
            *digit = window - (carry << Self::WINDOW);
            i += Self::WINDOW;
        }
        digits
    }
}

#[derive(Clone, Copy)]
pub(super) struct Affine<F> {
    pub(super) x: F,
    pub(super) y: F,
}

#[derive(Clone, Copy)]
pub(super) struct Point<F> {
    x: F,
    y: F,
    z: F,
}

impl<F: Field> Point<F> {
    const INFINITY: Self = Self { x: F::ONE, y: F::ONE, z: F::ZERO };

    /// Whether this is not infinity and its affine x is `x`: X = x·Z², which needs no inversion.
    pub(super) fn has_x(&self, x: &F) -> bool {
        !self.z.is_zero_vartime() && self.x == self.z.square() * x
    }

    /// Right for infinity too; no point of these curves, whose order is odd, has y = 0.
    fn double(&self) -> Self {
        let delta = self.z.square();
        let gamma = self.y.square();
        let beta4 = (self.x * gamma).double().double();
        let alpha = (self.x - delta) * (self.x + delta);
        let alpha = alpha.double() + alpha;
        let x = alpha.square() - beta4.double();
        let y = alpha * (beta4 - x) - gamma.double().square().double();
        let z = (self.y * self.z).double();
        Self { x, y, z }
    }

    fn add(&self, other: &Affine<F>) -> Self {
        if self.z.is_zero_vartime() {
            return Self { x: other.x, y: other.y, z: F::ONE };
        }
        let zz = self.z.square();
        let h = other.x * zz - self.x;
        let r = other.y * self.z * zz - self.y;
        if h.is_zero_vartime() {
            // The same x: the same point, or its negative.
            return if r.is_zero_vartime() { self.double() } else { Self::INFINITY };
        }
        let hh = h.square();
        let hhh = h * hh;
        let v = self.x * hh;
        let x = r.square() - hhh - v.double();
        let y = r * (v - x) - self.y * hhh;
        let z = self.z * h;
        Self { x, y, z }
    }
}

#[cfg(test)]
mod tests {
    use super::{Affine, Multiples, multiply_add};
    use p256::elliptic_curve::{
        ff::{Field, PrimeField},
        hazmat::FieldArithmetic,
        point::AffineCoordinates,
    };
    use sha2::{Digest, Sha384};

    macro_rules! agrees_with_the_curve_crate {
        ($name:ident, $curve:ident, $Curve:ident, $length:literal) => {
            #[test]
            fn $name() {
                use $curve::{AffinePoint, ProjectivePoint, Scalar};
                type FieldElement = <$curve::$Curve as FieldArithmetic>::FieldElement;
                let scalars = {
                    let small = (0..=17_u64).flat_map(|i| [Scalar::from(i), -Scalar::from(i)]);
                    let powers = (0..8 * $length - 1_u64).step_by(61).map(|i| Field::pow_vartime(&Scalar::from(2_u64), [i]));
                    let others = (0..9_u8).filter_map(|i| {
                        let digest = Sha384::digest([i]);
                        Scalar::from_repr_vartime(digest[..$length].try_into().unwrap())
                    });
                    small.chain(powers).chain(others).collect::<Vec<_>>()
                };
                let affine = |point: &AffinePoint| Affine {
                    x: FieldElement::from_repr_vartime(point.x()).unwrap(),
                    y: FieldElement::from_repr_vartime(point.y()).unwrap(),
                };
                let generator = Multiples::<_, 32>::new(affine(&AffinePoint::GENERATOR)).unwrap();
                for key in [1_u64, 3, 12345].map(Scalar::from) {
                    for key in [key, -key] {
                        let key = (ProjectivePoint::GENERATOR * key).to_affine();
                        let multiples = Multiples::<_, 8>::new(affine(&key)).unwrap();
                        for (i, a) in scalars.iter().enumerate() {
                            let b = &scalars[(i * 7 + 3) % scalars.len()];
                            let sum = multiply_add((&a.to_repr(), &generator), (&b.to_repr(), &multiples));
                            let expected = (ProjectivePoint::GENERATOR * a + key * b).to_affine();
                            let is_infinity = bool::from(expected.is_identity());
                            assert_eq!(sum.has_x(&affine(&expected).x), !is_infinity);
                            assert!(is_infinity || !sum.has_x(&(affine(&expected).x + affine(&AffinePoint::GENERATOR).x)));
                        }
                    }
                }
            }
        };
    }

    agrees_with_the_curve_crate!(agrees_with_p256, p256, NistP256, 32);
    agrees_with_the_curve_crate!(agrees_with_p384, p384, NistP384, 48);
}
