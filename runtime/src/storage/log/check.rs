//! The checksum.

/// CRC-32 (IEEE 802.3), a byte at a time.
const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
}

/// The checksum of bytes that come one after the other.
pub(super) struct Checksum(u32);

impl Checksum {
    /// Of bytes at a place in a log: the same bytes elsewhere, such as what an earlier generation has
    /// left, have another.
    pub(super) fn new(generation: u64, at: u64) -> Self {
        let place = [generation.to_le_bytes(), at.to_le_bytes()];
        let mut checksum = Self(!0);
        checksum.add(place.as_flattened());
        checksum
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |crc, byte| {
            (crc >> 8) ^ TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)]
        });
    }

    pub(super) fn value(&self) -> u32 {
        !self.0
    }
}

/// The checksum of `bytes` at a place in a log.
pub(super) fn checksum(generation: u64, at: u64, bytes: &[u8]) -> u32 {
    let mut checksum = Checksum::new(generation, at);
    checksum.add(bytes);
    checksum.value()
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    #[test]
    fn the_checksum_is_the_known_one() {
        let mut checksum = Checksum(!0);
        checksum.add(b"12345");
        checksum.add(b"6789");
        assert_eq!(checksum.value(), 0xcbf4_3926);
    }
}
