//! How long the window takes to its first picture, and how much memory it takes: figures, no test.
//!
//! `cargo xtask figures` runs this with the program as it ships.

use std::fs;
use std::time::Instant;

use crate::harness::display::Display;
use crate::harness::home::Home;
use crate::harness::process::Program;
use crate::harness::{TITLE, runtime, shipped, wait_for};

/// How often it is started, with and without what the system remembers of its files.
const STARTS: usize = 7;
/// How often in a row the memory must look the same before it is counted.
const SETTLED: usize = 50;
/// How much it may change meanwhile.
const STIR: u64 = 1 << 20;

/// Prints the figures.
pub(crate) fn measure() {
    let name = "from_start_to_the_first_picture";
    let program = shipped(name).expect("built");
    let program = program.to_str().expect("a path");
    for is_cold in [true, false] {
        let (mut seconds, mut megabytes) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let (home, display) = (Home::for_a_person(), Display::open());
            if is_cold && !forget_files() {
                println!("cold: not measured, the system's memory of files cannot be emptied here");
                return;
            }
            runtime().block_on(async {
                let began = Instant::now();
                let running = Program::start("start", &home, &display, &[program]);
                display.wait_for(TITLE).await;
                display.wait_for_paint().await;
                seconds.push(began.elapsed().as_secs_f64());
                let all = settled(&running).await;
                megabytes.push(f64::from(u32::try_from(all / 1000).expect("some gigabytes")) / 1e3);
            });
        }
        let kind = if is_cold { "cold" } else { "warm" };
        println!("{kind} start to the first picture: {}", spread(&mut seconds, "s"));
        println!("{kind} memory of all its processes: {}", spread(&mut megabytes, "MB"));
    }
}

/// Bytes of memory of all processes, once they change no more.
async fn settled(running: &Program) -> u64 {
    let (mut last, mut same) = (0_u64, 0);
    wait_for("its memory settles", async || {
        let now: u64 = running.processes().iter().map(|process| process.memory()).sum();
        same = if now.abs_diff(last) < STIR { same + 1 } else { 0 };
        last = now;
        (same >= SETTLED).then_some(now)
    })
    .await
}

/// Lets the system forget what it read of files; whether it did.
fn forget_files() -> bool {
    rustix::fs::sync();
    fs::write("/proc/sys/vm/drop_caches", "3").is_ok()
}

fn spread(figures: &mut [f64], unit: &str) -> String {
    figures.sort_by(f64::total_cmp);
    let (least, middle, most) =
        (figures[0], figures[figures.len() / 2], figures[figures.len() - 1]);
    format!("{middle:.2} {unit} ({least:.2} to {most:.2}, {} starts)", figures.len())
}
