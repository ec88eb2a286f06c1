//! Where the tokens of a vault are: in readers, in a drill's drawer, behind a PKCS#11 module.

use engine::tokens::{DrillTokens, Tokens};
use engine::vault::Vault;
use pkcs11::Pkcs11Tokens;
use reader::ReaderTokens;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// The tokens that `vault` takes and that attest their keys: those in readers, or in a drill
/// without `readers` those in its drawer. No module is among them, whether one is named or not.
pub(crate) fn in_readers(vault: &Vault, readers: bool) -> Result<Box<dyn Tokens>, Failure> {
    let is_drill = vault.environment().is_drill();
    if readers || !is_drill {
        return Ok(Box::new(ReaderTokens::new(is_drill)));
    }
    let drawer = DrillTokens::of(vault);
    Ok(Box::new(drawer.map_err(|error| Failure::from_problem(Exit::Failed, &error))?))
}

/// All tokens that `vault` takes: those of [`in_readers`], and those of the module that was named.
pub(crate) fn at_hand(
    vault: &Vault,
    readers: bool,
    context: &Context,
) -> Result<Box<dyn Tokens>, Failure> {
    let others = in_readers(vault, readers)?;
    Ok(match context.module()? {
        Some(module) => Box::new(Pkcs11Tokens::new(module, others)),
        None => others,
    })
}
