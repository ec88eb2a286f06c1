//! One drive for all volumes of an archive: opening it, looking on, answering.

use tauri::State;
use tauri::ipc::Channel;

use super::media::{Medium, seen};
use super::refusal::{Answer, Refusal};
use crate::desk::Desk;
use crate::drive::{DriveAnswer, DriveShown};
use crate::jobs::JobEvent;
use crate::stage::Reply;

/// Takes a folder on the desk for a drive and opens the archive whose volumes go into it one after
/// the other; they are asked for as [`watch_drive`] tells. Returns the number of the job.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn open_drive(
    desk: State<'_, Desk>,
    folder: u32,
    channel: Channel<JobEvent<Medium>>,
) -> Answer<u32> {
    let path = desk.medium(folder)?;
    let drive = desk.take_for_drive(folder)?;
    Ok(desk.jobs.start(channel, move |_| Ok(drive.open(|set| seen(folder, &path, set, true))?)))
}

/// Lets the window look on at what is asked for at a drive.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn watch_drive(
    desk: State<'_, Desk>,
    medium: u32,
    channel: Channel<DriveShown>,
) -> Answer<()> {
    desk.drive(medium).ok_or_else(no_drive)?.watch(channel);
    Ok(())
}

/// Answers a question for a medium. Whoever stops at one that a ceremony asks for stops its
/// restore.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn answer_drive(
    desk: State<'_, Desk>,
    medium: u32,
    question: u32,
    answer: DriveAnswer,
) -> Answer<()> {
    let drive = desk.drive(medium).ok_or_else(no_drive)?;
    if answer == DriveAnswer::Stop
        && let Ok(stage) = desk.stage()
        && stage.reads_through(medium)
    {
        return stage.reply(Reply::Stop);
    }
    drive.answer(question, answer);
    Ok(())
}

fn no_drive() -> Refusal {
    let remedy = "Choose the drive again from the page of restores.";
    Refusal::new("SR-SHELL-NO-DRIVE", "nothing is read through this drive", remedy)
}
