//! Reading a catalogue: what is in a folder, and how much a selection brings.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Params, Row};
use terms::ArchiveId;

use crate::writer::FOLDER;
use crate::{CatalogueError, schema};

pub(crate) const COLUMNS: &str = "SELECT number, parent, name, kind, size, files, last, mtime \
                                  FROM entries";

/// An open catalogue.
#[derive(Debug)]
pub struct Catalogue {
    pub(crate) connection: Connection,
    archive: ArchiveId,
    entries: u64,
}

/// Something inside an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its place in the archive's order, from 1.
    pub number: u64,
    /// The number of the folder it lies in; 0 at the top.
    pub parent: u64,
    /// The last part of its path, as raw bytes.
    pub name: Vec<u8>,
    /// 1 file, 2 folder, 3 symbolic link, 4 hard link (archive-1 A22).
    pub kind: u8,
    /// Bytes of a file with its holes, or of all that is in a folder.
    pub size: u64,
    /// Things in a folder that are no folders; 1 for such a thing.
    pub files: u64,
    /// The greatest number in a folder; its own for anything else.
    pub last: u64,
    /// Seconds since 1970; none for a folder that the archive leaves out.
    pub mtime: Option<i64>,
}

/// How much something is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Things that are no folders.
    pub files: u64,
    /// Bytes, holes included.
    pub bytes: u64,
}

impl Weight {
    /// The same with an item; sparse files can claim more together than there is.
    fn with(self, item: &Item) -> Self {
        let files = self.files.saturating_add(item.files);
        Self { files, bytes: self.bytes.saturating_add(item.size) }
    }
}

impl Item {
    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        self.kind == FOLDER
    }

    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            parent: row.get(1)?,
            name: row.get(2)?,
            kind: row.get(3)?,
            size: row.get(4)?,
            files: row.get(5)?,
            last: row.get(6)?,
            mtime: row.get(7)?,
        })
    }
}

impl Catalogue {
    /// Opens the file at `path` for reading only.
    ///
    /// # Errors
    ///
    /// It is no catalogue of this version, or cannot be read.
    pub fn open(path: &Path) -> Result<Self, CatalogueError> {
        let doing = CatalogueError::sql("opened");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(&doing)?;
        connection
            .pragma_update(None, "trusted_schema", false)
            .and_then(|()| connection.pragma_update(None, "cell_size_check", true))
            .map_err(&doing)?;
        schema::check(&connection)?;
        let sql = "SELECT id, entries FROM archive";
        let facts = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        let (id, entries) = facts.map_err(|_| CatalogueError::NotACatalogue)?;
        let archive = ArchiveId::from_bytes(id);
        Ok(Self { connection, archive, entries })
    }

    /// The archive that it lists.
    pub const fn archive(&self) -> ArchiveId {
        self.archive
    }

    /// The number of its entries, folders included.
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// What lies in the folder `parent` (0 for the top): folders first, then the rest, each in the
    /// archive's order; at most `limit` of it, beginning with the one at `start`.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn children(
        &self,
        parent: u64,
        start: u64,
        limit: u64,
    ) -> Result<Vec<Item>, CatalogueError> {
        let sql =
            format!("{COLUMNS} WHERE parent = ?1 ORDER BY kind <> 2, number LIMIT ?3 OFFSET ?2");
        self.items(&sql, (parent, start, limit))
    }

    /// How many things lie in the folder `parent` itself.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn count(&self, parent: u64) -> Result<u64, CatalogueError> {
        let sql = "SELECT count(*) FROM entries WHERE parent = ?1";
        let count = self.connection.query_row(sql, [parent], |row| row.get(0));
        count.map_err(CatalogueError::sql("read"))
    }

    /// The entry of that number, if there is one.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn item(&self, number: u64) -> Result<Option<Item>, CatalogueError> {
        Ok(self.items(&format!("{COLUMNS} WHERE number = ?1"), [number])?.pop())
    }

    /// The path of an entry, as raw bytes.
    ///
    /// # Errors
    ///
    /// Its folders contradict each other, or the file cannot be read.
    pub fn path(&self, item: &Item) -> Result<Vec<u8>, CatalogueError> {
        let (mut parts, mut parent) = (vec![item.name.clone()], item.parent);
        let mut below = item.number;
        while parent != 0 {
            let folder = self.item(parent)?.filter(|folder| folder.is_folder());
            // Parents descend, so this ends whatever the file says (catalogue-1 T4).
            let folder = folder.filter(|_| parent < below);
            let folder = folder.ok_or(CatalogueError::Damaged(below))?;
            (below, parent) = (parent, folder.parent);
            parts.push(folder.name);
        }
        parts.reverse();
        Ok(parts.join(&b'/'))
    }

    /// How much all of it is.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn weight(&self) -> Result<Weight, CatalogueError> {
        let sql = format!("{COLUMNS} WHERE parent = 0");
        let weight = self.items(&sql, [])?.iter().fold(Weight::default(), Weight::with);
        Ok(weight)
    }

    /// How much is meant by those paths of which `is_meant` says so; a folder that is meant brings
    /// all that is in it and is not looked into (catalogue-1 T7).
    ///
    /// # Errors
    ///
    /// Rows contradict each other, or the file cannot be read.
    pub fn weigh(&self, mut is_meant: impl FnMut(&[u8]) -> bool) -> Result<Weight, CatalogueError> {
        let (mut weight, mut passed) = (Weight::default(), 0);
        self.walk(|item, path| {
            if item.number > passed && is_meant(path) {
                weight = weight.with(item);
                passed = item.last;
            }
        })?;
        Ok(weight)
    }

    /// Hands every entry with its path to `visit`, in the archive's order.
    ///
    /// # Errors
    ///
    /// Rows contradict each other, or the file cannot be read.
    pub fn walk(&self, mut visit: impl FnMut(&Item, &[u8])) -> Result<(), CatalogueError> {
        let doing = CatalogueError::sql("read");
        let sql = format!("{COLUMNS} ORDER BY number");
        let mut statement = self.connection.prepare_cached(&sql).map_err(&doing)?;
        let mut rows = statement.query([]).map_err(&doing)?;
        // The numbers of the folders that the entry lies in, and how long their paths are.
        let (mut open, mut path): (Vec<(u64, usize)>, Vec<u8>) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next().map_err(&doing)? {
            let item = Item::read(row).map_err(&doing)?;
            while open.last().is_some_and(|(number, _)| *number != item.parent) {
                open.pop();
            }
            let parent = open.last().map_or((0, 0), |open| *open);
            if parent.0 != item.parent || item.last < item.number {
                return Err(CatalogueError::Damaged(item.number));
            }
            path.truncate(parent.1);
            if parent.0 != 0 {
                path.push(b'/');
            }
            path.extend_from_slice(&item.name);
            visit(&item, &path);
            if item.is_folder() {
                open.push((item.number, path.len()));
            }
        }
        Ok(())
    }

    fn items(&self, sql: &str, values: impl Params) -> Result<Vec<Item>, CatalogueError> {
        let doing = CatalogueError::sql("read");
        let mut statement = self.connection.prepare_cached(sql).map_err(&doing)?;
        let rows = statement.query_map(values, Item::read).map_err(&doing)?;
        rows.collect::<Result<_, _>>().map_err(doing)
    }
}
