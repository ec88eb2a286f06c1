//! Vector files.

/// One vector.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) stage: String,
    pub(crate) code: String,
    /// BLAKE3 of all plaintext that may be given out, in hexadecimal.
    pub(crate) plaintext: String,
    /// The master key's seed.
    pub(crate) seed: [u8; 32],
    pub(crate) volumes: Vec<Vec<u8>>,
}

impl Vector {
    /// Reads a file; it is our own, so anything strange in it is a failed test.
    pub(crate) fn parse(file: &[u8]) -> Self {
        let end = file.windows(2).position(|two| two == b"\n\n").unwrap();
        let header = std::str::from_utf8(&file[..end]).unwrap();
        let field = |key: &str| {
            let line = header.lines().find_map(|line| line.strip_prefix(&format!("{key}: ")));
            line.unwrap_or_else(|| panic!("no {key} in {header}")).to_owned()
        };
        assert!(field("strongroom vector").starts_with("archive-1 A"));
        let lengths = field("volumes");
        let lengths: Vec<usize> = lengths.split(' ').map(|n| n.parse().unwrap()).collect();
        let bytes = zstd::bulk::decompress(&file[end + 2..], 1 << 20).unwrap();
        assert_eq!(bytes.len(), lengths.iter().sum::<usize>());
        let mut rest = &bytes[..];
        let volumes = lengths.iter().map(|length| rest.split_off(..*length).unwrap().to_vec());
        Self {
            name: field("name"),
            stage: field("stage"),
            code: field("code"),
            plaintext: field("plaintext"),
            seed: hex::decode(field("seed")).unwrap().try_into().unwrap(),
            volumes: volumes.collect(),
        }
    }
}
