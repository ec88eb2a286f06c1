//! GF(256) with the polynomial x^8 + x^4 + x^3 + x + 1, without tables and without branches.

/// The product of two elements, in the same time whatever they are.
pub(super) fn mul(a: u8, b: u8) -> u8 {
    let (mut a, mut product) = (a, 0);
    for bit in 0..8 {
        product ^= a & mask(b >> bit);
        a = (a << 1) ^ (0x1b & mask(a >> 7));
    }
    product
}

/// The inverse of an element; that of zero is zero.
pub(super) fn invert(a: u8) -> u8 {
    // a^254 = a^-1: square and multiply over the fixed exponent 0b1111_1110.
    let mut power = a;
    let mut inverse = 1;
    for _ in 0..7 {
        power = mul(power, power);
        inverse = mul(inverse, power);
    }
    inverse
}

/// All ones if the lowest bit is set, zero otherwise.
fn mask(bit: u8) -> u8 {
    (bit & 1).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_is_that_of_fips_197() {
        assert_eq!(mul(0x57, 0x83), 0xc1);
        assert_eq!(mul(0x57, 0x13), 0xfe);
    }

    #[test]
    fn every_element_times_its_inverse_is_one() {
        for a in 1..=255 {
            assert_eq!(mul(a, invert(a)), 1, "{a}");
        }
        assert_eq!(invert(0), 0);
    }

    #[test]
    fn three_generates_every_element_but_zero() {
        let mut seen = [false; 256];
        let mut power = 1;
        for _ in 0..255 {
            seen[usize::from(power)] = true;
            power = mul(power, 3);
        }
        assert_eq!(power, 1);
        assert_eq!(seen.iter().filter(|seen| **seen).count(), 255);
        assert!(!seen[0]);
    }
}
