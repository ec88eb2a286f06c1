//! A PostgreSQL server of our own, on a socket in the demonstration's folder and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::outcome::{Outcome, context, fail};

/// Thirty-two words that people write about orders.
const WORDS: &str = "array['please', 'deliver', 'before', 'noon', 'the', 'customer', 'asked', \
    'for', 'another', 'colour', 'invoice', 'sent', 'twice', 'address', 'changed', 'call', 'back', \
    'on', 'Monday', 'parcel', 'returned', 'by', 'carrier', 'damaged', 'box', 'refund', 'agreed', \
    'with', 'manager', 'see', 'earlier', 'note']";

/// A running server; stopped when dropped.
pub struct Server {
    bin: PathBuf,
    home: PathBuf,
}

impl Server {
    /// Makes a fresh cluster below `dir` and starts it without network sockets.
    ///
    /// # Errors
    ///
    /// What the PostgreSQL program said when it failed.
    pub fn start(dir: &Path) -> Outcome<Self> {
        let server = Self { bin: find_bin()?, home: dir.join("postgres") };
        fs::create_dir_all(&server.home).map_err(context("making the database's folder"))?;
        if running_as_root() {
            // The server refuses to run as root; Debian's package brings a user for it.
            run(Command::new("chown").arg("-R").arg("postgres").arg(&server.home))?;
        }
        let data = server.home.join("data");
        run(server
            .command("initdb")
            .args(["--auth=trust", "--no-sync", "-U", "demo", "-D"])
            .arg(&data))?;
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off",
            server.home.display()
        );
        run(server
            .command("pg_ctl")
            .args(["-w", "-s", "-l"])
            .arg(server.home.join("log"))
            .arg("-D")
            .arg(&data)
            .args(["-o", &options, "start"]))?;
        Ok(server)
    }

    /// Fills database `name` with pgbench's tables; one unit of scale is 100 000 rows.
    ///
    /// # Errors
    ///
    /// What the PostgreSQL program said when it failed.
    pub fn fill(&self, name: &str, scale: u32) -> Outcome<()> {
        run(&mut self.client("createdb", &[name]))?;
        run(&mut self.client("pgbench", &["-i", "-q", "-s", &scale.to_string(), name]))?;
        run(&mut self.client("pgbench", &["-n", "-c", "2", "-t", "200", name]))
    }

    /// Fills database `name` with `rows` orders, about 157 bytes of dump each: numbers, times,
    /// digests and remarks of real words, the same in every run.
    ///
    /// # Errors
    ///
    /// What the PostgreSQL program said when it failed.
    pub fn fill_with_orders(&self, name: &str, rows: u32) -> Outcome<()> {
        run(&mut self.client("createdb", &[name]))?;
        let remark: Vec<_> =
            (3..15).map(|seed| format!("({WORDS})[1 + (hashint4(n # {seed}) & 31)]")).collect();
        let query = format!(
            "create unlogged table orders as select n as id, md5('order ' || n) as reference, \
             hashint4(n) & 1048575 as customer, \
             timestamp '2020-01-01' + make_interval(secs => n * 13.7) as placed, \
             round((hashint4(n + 1) & 1048575) / 100.0, 2) as amount, \
             (array['new', 'paid', 'sent', 'returned'])[1 + (hashint4(n + 2) & 3)] as state, \
             concat_ws(' ', {}) as remark from generate_series(1, {rows}) as n",
            remark.join(", ")
        );
        run(&mut self.client("psql", &["-q", "-v", "ON_ERROR_STOP=1", "-d", name, "-c", &query]))
    }

    /// The command that writes a dump of database `name` to standard output.
    pub fn dump(&self, name: &str) -> Command {
        self.client("pg_dump", &[name])
    }

    /// Loads a dump into a new database.
    ///
    /// # Errors
    ///
    /// What the PostgreSQL program said when it failed.
    pub fn load(&self, name: &str, dump: &Path) -> Outcome<()> {
        run(&mut self.client("createdb", &[name]))?;
        let file = fs::File::open(dump).map_err(context("opening the restored dump"))?;
        let mut psql = self.client("psql", &["-q", "-v", "ON_ERROR_STOP=1", "-d", name]);
        run(psql.stdin(file))
    }

    /// Row counts and sums of database `name`, as one comparable text.
    ///
    /// # Errors
    ///
    /// What the PostgreSQL program said when it failed.
    pub fn summary(&self, name: &str) -> Outcome<String> {
        let query = "select (select count(*) from pgbench_accounts), \
                     (select sum(abalance) from pgbench_accounts), \
                     (select count(*) from pgbench_history), \
                     (select md5(string_agg(h::text, ',' order by h::text)) \
                     from pgbench_history h)";
        let output = self
            .client("psql", &["-At", "-d", name, "-c", query])
            .output()
            .map_err(context("asking the database"))?;
        if !output.status.success() {
            return fail(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Removes database `name` and everything in it.
    ///
    /// # Errors
    ///
    /// What the PostgreSQL program said when it failed.
    pub fn drop_database(&self, name: &str) -> Outcome<()> {
        run(&mut self.client("dropdb", &[name]))
    }

    fn client(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(program);
        command.arg("-h").arg(&self.home).args(["-U", "demo"]).args(arguments);
        command
    }

    fn command(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        let mut command = if running_as_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/").env("LC_ALL", "C.UTF-8");
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.home.join("data");
        let _ =
            run(self.command("pg_ctl").args(["-s", "-m", "immediate", "-D"]).arg(data).arg("stop"));
    }
}

fn find_bin() -> Outcome<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = packaged.map(|entry| entry.path().join("bin")).collect();
    found.sort();
    found.retain(|bin| bin.join("initdb").exists() && bin.join("pgbench").exists());
    match found.pop() {
        Some(bin) => Ok(bin),
        None => fail("PostgreSQL is not installed; run cargo xtask doctor"),
    }
}

fn running_as_root() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|status| status.contains("Uid:\t0\t"))
}

fn run(command: &mut Command) -> Outcome<()> {
    let output = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .map_err(context(format!("starting {:?}", command.get_program())))?;
    if output.status.success() {
        return Ok(());
    }
    fail(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)))
}
