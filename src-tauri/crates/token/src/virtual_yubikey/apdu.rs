//! Commands and status words of ISO 7816-4.

/// Success.
pub(super) const OK: Status = Status(0x9000);
/// Security status not satisfied: no PIN, no management key, no touch.
pub(super) const NOT_SATISFIED: Status = Status(0x6982);
/// The PIN or PUK is blocked.
pub(super) const BLOCKED: Status = Status(0x6983);
/// Conditions of use not satisfied.
pub(super) const CONDITIONS: Status = Status(0x6985);
/// The data of the command is wrong.
pub(super) const WRONG_DATA: Status = Status(0x6a80);
/// No such application or object.
pub(super) const NOT_FOUND: Status = Status(0x6a82);
/// Nothing under this reference.
pub(super) const NO_REFERENCE: Status = Status(0x6a88);
/// P1 or P2 is wrong.
pub(super) const WRONG_PARAMETERS: Status = Status(0x6b00);
/// No such command.
pub(super) const NO_INSTRUCTION: Status = Status(0x6d00);
/// The length is wrong.
pub(super) const WRONG_LENGTH: Status = Status(0x6700);

/// A status word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status(pub(super) u16);

/// What a command gives: bytes with success, or why not.
pub(super) type Answer = Result<Vec<u8>, Status>;

/// A command as the card reads it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// More of the same command follows (CLA bit 5).
    pub(super) is_chained: bool,
    /// The instruction.
    pub(super) ins: u8,
    /// The first parameter.
    pub(super) p1: u8,
    /// The second parameter.
    pub(super) p2: u8,
    /// The data.
    pub(super) data: Vec<u8>,
    /// In extended form, which admits long answers.
    pub(super) is_extended: bool,
}

impl Command {
    /// Parses a command in short or extended form.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Status> {
        let ([cla, ins, p1, p2], rest) = bytes.split_first_chunk().ok_or(WRONG_LENGTH)?;
        let (data, is_extended) = match rest {
            [] | [_] => (&[][..], false),
            [0, _, _] => (&[][..], true),
            [0, high, low, rest @ ..] => {
                (body(rest, usize::from(*high) << 8 | usize::from(*low), 2)?, true)
            }
            [len, rest @ ..] => (body(rest, usize::from(*len), 1)?, false),
        };
        let (ins, p1, p2) = (*ins, *p1, *p2);
        let is_chained = cla & 0x10 != 0;
        Ok(Self { is_chained, ins, p1, p2, data: data.to_vec(), is_extended })
    }
}

/// The data of a command; behind it stands nothing, or the expected length in `le` bytes.
fn body(rest: &[u8], len: usize, le: usize) -> Result<&[u8], Status> {
    let (data, after) = rest.split_at_checked(len).ok_or(WRONG_LENGTH)?;
    (after.is_empty() || after.len() == le).then_some(data).ok_or(WRONG_LENGTH)
}
