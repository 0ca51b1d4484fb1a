//! The arithmetic of ECDSA verification (FIPS 186-5 section 6.4.2) over the NIST curves.

use super::jacobian::{Affine, Multiples, Point, multiply_add};
use p256::elliptic_curve::{
    FieldBytes,
    ff::{Field as _, PrimeField},
    hazmat::FieldArithmetic,
    ops::{Invert as _, Reduce},
    point::AffineCoordinates as _,
};
use p256::{AffinePoint, NistP256};
use p384::NistP384;
use std::sync::OnceLock;

/// A curve that certificates are signed on, with a table of its generator's multiples.
pub(super) trait Curve: FieldArithmetic {
    /// Made at the first use, in about a fifth of the time that one verification takes.
    fn generator() -> Option<&'static Multiples<Self::FieldElement, 32>>;
}

impl Curve for NistP256 {
    fn generator() -> Option<&'static Multiples<Self::FieldElement, 32>> {
        static MULTIPLES: OnceLock<Option<Multiples<<NistP256 as FieldArithmetic>::FieldElement, 32>>> = OnceLock::new();
        MULTIPLES.get_or_init(|| multiples::<Self, 32>(&AffinePoint::GENERATOR)).as_ref()
    }
}

impl Curve for NistP384 {
    fn generator() -> Option<&'static Multiples<Self::FieldElement, 32>> {
        static MULTIPLES: OnceLock<Option<Multiples<<NistP384 as FieldArithmetic>::FieldElement, 32>>> = OnceLock::new();
        MULTIPLES.get_or_init(|| multiples::<Self, 32>(&p384::AffinePoint::GENERATOR)).as_ref()
    }
}

/// `Some` if r and s are those of the key with these coordinates over a message with this digest.
pub(super) fn verify<C: Curve>(coordinates: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Option<()> {
    let key = public_point::<C>(coordinates)?;
    let r_bytes = padded::<C>(r)?;
    let r = scalar::<C>(r_bytes)?;
    let inverse = scalar::<C>(padded::<C>(s)?)?.invert_vartime();
    let inverse = Option::<C::Scalar>::from(inverse)?;
    let z = leftmost_bits::<C>(digest)?;
    let sum = multiply_add(
        ((z * inverse).to_repr().as_ref(), C::generator()?),
        ((r * inverse).to_repr().as_ref(), &multiples::<C, 8>(&key)?),
    );
    x_is_congruent::<C>(&sum, r_bytes).then_some(())
}

/// A point of the curve.
fn public_point<C: FieldArithmetic>(coordinates: &[u8]) -> Option<C::AffinePoint> {
    let (x, y) = coordinates.split_at_checked(coordinates.len() / 2)?;
    let (x, y) = (x.try_into().ok()?, y.try_into().ok()?);
    C::AffinePoint::from_coordinates(&x, &y).into()
}

fn multiples<C: FieldArithmetic, const N: usize>(point: &C::AffinePoint) -> Option<Multiples<C::FieldElement, N>> {
    let x = C::FieldElement::from_repr_vartime(point.x())?;
    let y = C::FieldElement::from_repr_vartime(point.y())?;
    Multiples::new(Affine { x, y })
}

/// 1 … n-1; anything else is `None`.
fn scalar<C: FieldArithmetic>(bytes: FieldBytes<C>) -> Option<C::Scalar> {
    C::Scalar::from_repr_vartime(bytes).filter(|scalar| !scalar.is_zero_vartime())
}

/// The digest's leftmost bits, as many as the order has (whole bytes for these curves and digests), modulo the order.
fn leftmost_bits<C: FieldArithmetic>(digest: &[u8]) -> Option<C::Scalar> {
    let length = digest.len().min(FieldBytes::<C>::default().len());
    let bytes = padded::<C>(digest.get(..length)?)?;
    Some(<C::Scalar as Reduce<FieldBytes<C>>>::reduce(&bytes))
}

/// Left-padded to the length of a field element, which is that of a scalar too.
fn padded<C: FieldArithmetic>(bytes: &[u8]) -> Option<FieldBytes<C>> {
    let mut padded = FieldBytes::<C>::default();
    let start = padded.len().checked_sub(bytes.len())?;
    padded.get_mut(start..)?.copy_from_slice(bytes);
    Some(padded)
}

/// Whether the point's x, taken modulo the order n, is r: x = r, or x = r + n where that is less than the field's p.
fn x_is_congruent<C: FieldArithmetic>(point: &Point<C::FieldElement>, r: FieldBytes<C>) -> bool {
    let order_less_one = (-C::Scalar::ONE).to_repr();
    let field = C::FieldElement::from_repr_vartime;
    let (Some(x), Some(order_less_one)) = (field(r), field(order_less_one)) else {
        return false;
    };
    let next = x + order_less_one + C::FieldElement::ONE;
    // r + n < 2p: had it passed p, it would have come out less than r.
    point.has_x(&x) || (next.to_repr() > r && point.has_x(&next))
}
