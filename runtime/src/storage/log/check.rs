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

/// The checksum of `bytes` at a place in a log: the same bytes elsewhere, such as what an
/// earlier generation has left, have another.
pub(super) fn checksum(generation: u64, at: u64, bytes: &[u8]) -> u32 {
    let place = [generation.to_le_bytes(), at.to_le_bytes()];
    !update(update(!0, place.as_flattened()), bytes)
}

fn update(crc: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(crc, |crc, byte| {
        (crc >> 8) ^ TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)]
    })
}

#[cfg(test)]
mod tests {
    use super::update;

    #[test]
    fn the_checksum_is_the_known_one() {
        assert_eq!(!update(!0, b"123456789"), 0xcbf4_3926);
    }
}
