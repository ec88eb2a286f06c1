//! RS1024: the Reed-Solomon checksum over words of ten bits.

/// Words of the checksum.
pub(super) const WORDS: usize = 3;

const GENERATOR: [u32; 10] = [
    0x00e0_e040,
    0x01c1_c080,
    0x0383_8100,
    0x0707_0200,
    0x0e0e_0009,
    0x1c0c_2412,
    0x3808_6c24,
    0x3090_fc48,
    0x21b1_f890,
    0x03f3_f120,
];

/// The three words that make `words` followed by them verify.
pub(super) fn of(words: &[u16], extendable: bool) -> [u16; WORDS] {
    let mut sum = customization(extendable);
    words.iter().chain(&[0; WORDS]).for_each(|word| sum = step(sum, *word));
    let sum = sum ^ 1;
    [word(sum >> 20), word(sum >> 10), word(sum)]
}

/// Whether the last three of `words` are the checksum of those before them.
pub(super) fn verifies(words: &[u16], extendable: bool) -> bool {
    words.iter().fold(customization(extendable), |sum, word| step(sum, *word)) == 1
}

fn customization(extendable: bool) -> u32 {
    let text: &[u8] = if extendable { b"shamir_extendable" } else { b"shamir" };
    text.iter().fold(1, |sum, byte| step(sum, u16::from(*byte)))
}

fn step(sum: u32, word: u16) -> u32 {
    let top = sum >> 20;
    let next = ((sum & 0xf_ffff) << 10) ^ u32::from(word);
    let terms = GENERATOR.iter().enumerate();
    terms.fold(next, |sum, (bit, term)| sum ^ (term & ((top >> bit) & 1).wrapping_neg()))
}

fn word(sum: u32) -> u16 {
    (sum & 0x3ff) as u16
}
