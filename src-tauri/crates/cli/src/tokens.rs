//! Where the tokens of a vault are: in readers, in a drill's drawer, behind a PKCS#11 module.

use engine::tokens::{DrillTokens, Tokens};
use engine::vault::Vault;
use pkcs11::Pkcs11Tokens;
use reader::ReaderTokens;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// The tokens that `vault` takes: with `readers`, also in a drill those in readers; besides, those
/// of the module that was named.
pub(crate) fn at_hand(
    vault: &Vault,
    readers: bool,
    context: &Context,
) -> Result<Box<dyn Tokens>, Failure> {
    let is_drill = vault.environment().is_drill();
    let others: Box<dyn Tokens> = if readers || !is_drill {
        Box::new(ReaderTokens::new(is_drill))
    } else {
        let drawer = DrillTokens::of(vault);
        Box::new(drawer.map_err(|error| Failure::from_problem(Exit::Failed, &error))?)
    };
    Ok(match context.module()? {
        Some(module) => Box::new(Pkcs11Tokens::new(module, others)),
        None => others,
    })
}
