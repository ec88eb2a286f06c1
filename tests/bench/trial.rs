//! One tool's turn: a script with the clock beside it.

use std::time::Instant;

use strongroom_tests::outcome::{Outcome, context, fail};

use crate::corpora::Corpus;
use crate::shop::{Ended, Shop};
use crate::tools::{Step, Tool};

/// Seconds that `step` takes, until the disk has everything.
///
/// The clock starts when nothing of the step before is left to write: who waits for the disk
/// would pay for others.
pub(crate) fn time(tool: &Tool, step: Step, corpus: &Corpus, shop: &Shop) -> Outcome<Option<f64>> {
    let Some(script) = tool.script(step, corpus.shape) else { return Ok(None) };
    let script = format!("( {script} ) && sync -f .");
    rustix::fs::sync();
    let started = Instant::now();
    let ended = run(&script, corpus, shop)?;
    let seconds = started.elapsed().as_secs_f64();
    if ended.exit == Some(0) {
        return Ok(Some(seconds));
    }
    fail(format!("{}: `{script}` ended with {:?}: {}", tool.name, ended.exit, ended.said))
}

/// Runs the restore and kills it after `seconds`; whether it was still running then.
pub(crate) fn interrupt(tool: &Tool, corpus: &Corpus, shop: &Shop, seconds: f64) -> Outcome<bool> {
    let Some(script) = tool.script(Step::Restore, corpus.shape) else { return Ok(false) };
    let mut shell = shop.shell("exec timeout -s KILL \"$AFTER\" bash -c \"$SCRIPT\"");
    let status = shell
        .env("AFTER", format!("{seconds:.3}"))
        .env("SCRIPT", script)
        .env("CORPUS", &corpus.dir)
        .current_dir(&shop.bench)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .map_err(context("starting a restore"))?;
    Ok(!status.success())
}

/// Runs `script` on the bench, however it ends.
pub(crate) fn run(script: &str, corpus: &Corpus, shop: &Shop) -> Outcome<Ended> {
    let (borg, dar) = if corpus.compresses { ("zstd,3", "-zzstd:3") } else { ("none", "") };
    let corpus = corpus.dir.display();
    let set = format!("export CORPUS='{corpus}' BORG_ZIP={borg} DAR_ZIP={dar}");
    shop.run(&shop.bench, &format!("{set}\n{script}"))
}
