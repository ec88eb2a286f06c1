//! `strongroom init`: an empty vault.

use std::path::PathBuf;

use clap::Args;
use engine::vault::Vault;
use serde::Serialize;
use terms::Environment;

use super::Ended;
use crate::context::{Context, strongroom_on};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Create a vault.
#[derive(Args)]
pub(crate) struct Init {
    /// The folder to create it in [default: as for --vault].
    dir: Option<PathBuf>,

    /// The environment its keys belong to: production, staging, development or drill.
    #[arg(long, value_name = "NAME")]
    environment: Environment,

    /// What people call the vault.
    #[arg(long, default_value = "Strongroom")]
    name: String,
}

#[derive(Serialize)]
struct Created {
    vault: PathBuf,
    id: String,
    environment: String,
}

impl Init {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let is_named = self.dir.is_some();
        let dir = self.dir.unwrap_or_else(|| context.vault_dir());
        let created =
            Vault::create(&dir, self.environment, &self.name, context.now(), &mut context.rng());
        let vault = created.map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
        let facts = vault.facts();
        if context.json {
            let (id, environment) = (facts.id.to_string(), facts.environment.to_string());
            output::json("init", Created { vault: dir, id, environment });
        } else {
            output::line(format!(
                "An empty {} vault lies in {}.",
                facts.environment,
                dir.display()
            ));
            let next = if is_named { strongroom_on(&dir) } else { context.strongroom() };
            let roster = "ceremony run genesis --roster FILE --sheets DIR";
            output::line(format!("Next: {next} {roster}"));
        }
        Ok(Exit::Done)
    }
}
