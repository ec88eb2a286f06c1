//! Writing a catalogue while the archive is sealed.

use std::fs::File;
use std::path::Path;

use archive::{Entry, EntryKind};
use rusqlite::{Connection, OpenFlags, params};
use terms::ArchiveId;

use crate::{CatalogueError, schema};

/// The kind of a folder (archive-1 A22).
pub(crate) const FOLDER: u8 = 2;

/// A catalogue that is being written; one that is dropped is no catalogue.
#[derive(Debug)]
pub struct Writer {
    connection: Connection,
    /// The folders that the last entry lies in, the outermost first.
    open: Vec<Open>,
    written: u64,
}

/// A folder whose contents still come.
#[derive(Debug)]
struct Open {
    number: u64,
    name: Vec<u8>,
    size: u64,
    files: u64,
}

/// What a row says besides its place and name.
struct Facts {
    kind: u8,
    size: u64,
    files: u64,
    mtime: Option<i64>,
}

impl Writer {
    /// Begins a catalogue in `file`, which is empty; it becomes one with [`finish`](Self::finish).
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn new(file: &Path) -> Result<Self, CatalogueError> {
        let doing = CatalogueError::sql("made");
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags).map_err(&doing)?;
        // A crash leaves a file that has no name; nothing in it needs to be taken back.
        connection
            .pragma_update_and_check(None, "journal_mode", "OFF", |_| Ok(()))
            .and_then(|()| connection.pragma_update(None, "synchronous", "OFF"))
            .and_then(|()| connection.execute_batch("BEGIN IMMEDIATE"))
            .map_err(&doing)?;
        schema::begin(&connection)?;
        Ok(Self { connection, open: Vec::new(), written: 0 })
    }

    /// Adds the next entry; entries come in the order of archive-1 A25.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn add(&mut self, entry: &Entry) -> Result<(), CatalogueError> {
        let parts: Vec<&[u8]> = entry.path.parts().collect();
        let Some((name, folders)) = parts.split_last() else { return Ok(()) };
        let fitting = self.open.iter().zip(folders).take_while(|(open, part)| open.name == **part);
        let kept = fitting.count();
        self.close(kept)?;
        for folder in &folders[kept..] {
            self.enter(folder, None)?;
        }
        let mtime = Some(entry.mtime);
        let (kind, size) = match &entry.kind {
            EntryKind::Directory => return self.enter(name, mtime),
            EntryKind::File { size, .. } => (1, *size),
            EntryKind::Symlink { .. } => (3, 0),
            EntryKind::Hardlink { .. } => (4, 0),
        };
        self.row(name, &Facts { kind, size, files: 1, mtime })?;
        if let Some(folder) = self.open.last_mut() {
            folder.size = folder.size.saturating_add(size);
            folder.files += 1;
        }
        Ok(())
    }

    /// Ends the catalogue of `archive`: sums, index, and everything on the disk.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn finish(mut self, archive: ArchiveId) -> Result<(), CatalogueError> {
        let doing = CatalogueError::sql("finished");
        self.close(0)?;
        schema::index(&self.connection)?;
        let sql = "INSERT INTO archive (id, entries) VALUES (?1, ?2)";
        self.connection.execute(sql, params![archive.as_bytes(), self.written]).map_err(&doing)?;
        self.connection.execute_batch("COMMIT").map_err(&doing)?;
        let path = self.connection.path().map(ToOwned::to_owned);
        self.connection.close().map_err(|(_, error)| doing(error))?;
        let synced = path.map_or(Ok(()), |path| File::open(path)?.sync_all());
        synced.map_err(|error| doing(rusqlite::Error::ToSqlConversionFailure(Box::new(error))))
    }

    /// Puts a folder's row, and makes it the one that entries lie in.
    fn enter(&mut self, name: &[u8], mtime: Option<i64>) -> Result<(), CatalogueError> {
        let number = self.row(name, &Facts { kind: FOLDER, size: 0, files: 0, mtime })?;
        self.open.push(Open { number, name: name.to_owned(), size: 0, files: 0 });
        Ok(())
    }

    fn row(&mut self, name: &[u8], facts: &Facts) -> Result<u64, CatalogueError> {
        let doing = CatalogueError::sql("written");
        let parent = self.open.last().map_or(0, |folder| folder.number);
        let number = self.written + 1;
        let sql = "INSERT INTO entries (number, parent, name, kind, size, files, last, mtime) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?1, ?7)";
        let mut statement = self.connection.prepare_cached(sql).map_err(&doing)?;
        let Facts { kind, size, files, mtime } = facts;
        let row = params![number, parent, name, kind, storable(*size), files, mtime];
        statement.execute(row).map_err(&doing)?;
        self.written = number;
        Ok(number)
    }

    /// Leaves all open folders but the first `kept`: their sums are known now (catalogue-1 T3).
    fn close(&mut self, kept: usize) -> Result<(), CatalogueError> {
        let doing = CatalogueError::sql("written");
        while self.open.len() > kept {
            let Some(left) = self.open.pop() else { break };
            let sql = "UPDATE entries SET size = ?2, files = ?3, last = ?4 WHERE number = ?1";
            let mut statement = self.connection.prepare_cached(sql).map_err(&doing)?;
            let row = params![left.number, storable(left.size), left.files, self.written];
            statement.execute(row).map_err(&doing)?;
            if let Some(folder) = self.open.last_mut() {
                folder.size = folder.size.saturating_add(left.size);
                folder.files += left.files;
            }
        }
        Ok(())
    }
}

/// A size that the column can hold; sparse files can claim more together than there is.
fn storable(size: u64) -> u64 {
    size.min(i64::MAX.unsigned_abs())
}
