//! The two keys as objects of a token (envelope-1 E16).

use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use token::{PublicKey, Slot, TokenError};

use crate::failure::{failed, nonsense};

/// P-256 as an object identifier in DER (RFC 5480).
pub(crate) const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// What a point in DER begins with: an octet string of 65 bytes.
const OCTET_STRING_65: [u8; 2] = [0x04, 65];

/// The label of both objects of a key.
pub(crate) fn label(slot: Slot) -> Vec<u8> {
    format!("strongroom/{slot}").into_bytes()
}

/// The public key for a slot, readable without a PIN, and whether the module says that the token
/// made it; none if there is no such object.
pub(crate) fn public(
    session: &Session,
    slot: Slot,
) -> Result<Option<(Option<PublicKey>, bool)>, TokenError> {
    let Some(object) = only(session, slot, ObjectClass::PUBLIC_KEY)? else { return Ok(None) };
    let wanted = [AttributeType::EcParams, AttributeType::EcPoint, AttributeType::Local];
    let (mut curve, mut point, mut is_local) = (None, None, false);
    for attribute in read(session, object, &wanted)? {
        match attribute {
            Attribute::EcParams(der) => curve = Some(der),
            Attribute::EcPoint(der) => point = parse_point(&der),
            Attribute::Local(local) => is_local = local,
            _ => {}
        }
    }
    Ok(Some((point.filter(|_| curve.as_deref() == Some(&P256)), is_local)))
}

/// The private key for a slot, if it is as envelope-1 E16 says. The PIN was given.
pub(crate) fn private(session: &Session, slot: Slot) -> Result<ObjectHandle, TokenError> {
    let object = only(session, slot, ObjectClass::PRIVATE_KEY)?;
    let object = object.ok_or(TokenError::SlotEmpty { slot })?;
    let wanted = [
        AttributeType::Sensitive,
        AttributeType::AlwaysSensitive,
        AttributeType::NeverExtractable,
        AttributeType::Extractable,
        AttributeType::Local,
    ];
    let said = read(session, object, &wanted)?;
    let says = |attribute: Attribute| said.contains(&attribute);
    let stays = says(Attribute::Sensitive(true))
        && says(Attribute::AlwaysSensitive(true))
        && says(Attribute::NeverExtractable(true))
        && says(Attribute::Extractable(false));
    match (stays, says(Attribute::Local(true))) {
        (true, true) => Ok(object),
        (true, false) => Err(TokenError::WrongSlot { slot, reason: "it was not made there" }),
        (false, _) => Err(TokenError::WrongSlot { slot, reason: "it can leave the token" }),
    }
}

/// All objects of ours, whatever they are.
pub(crate) fn all(session: &Session, slot: Slot) -> Result<Vec<ObjectHandle>, TokenError> {
    let template = [Attribute::Token(true), Attribute::Label(label(slot))];
    session.find_objects(&template).map_err(|error| failed("look for a key", error))
}

fn only(
    session: &Session,
    slot: Slot,
    class: ObjectClass,
) -> Result<Option<ObjectHandle>, TokenError> {
    let template = [Attribute::Token(true), Attribute::Class(class), Attribute::Label(label(slot))];
    let found = session.find_objects(&template);
    match found.map_err(|error| failed("look for a key", error))?.as_slice() {
        [] => Ok(None),
        [object] => Ok(Some(*object)),
        _ => Err(TokenError::WrongSlot { slot, reason: "there are several" }),
    }
}

fn read(
    session: &Session,
    object: ObjectHandle,
    wanted: &[AttributeType],
) -> Result<Vec<Attribute>, TokenError> {
    session.get_attributes(object, wanted).map_err(|error| failed("describe a key", error))
}

/// `CKA_EC_POINT` is a point in DER; some modules leave the DER away.
fn parse_point(value: &[u8]) -> Option<PublicKey> {
    match value.strip_prefix(&OCTET_STRING_65) {
        Some(point) if point.len() == PublicKey::LEN => PublicKey::from_bytes(point),
        _ => PublicKey::from_bytes(value),
    }
}

/// The public key that was just made.
pub(crate) fn made(session: &Session, slot: Slot) -> Result<PublicKey, TokenError> {
    let found = public(session, slot)?.and_then(|(key, _)| key);
    found.ok_or_else(|| nonsense("make a key", "it shows no key on P-256"))
}
