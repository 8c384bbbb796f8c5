//! Bytes that are not a message.

/// Bytes that are no `ToWorker`, each with what is wrong.
#[must_use]
pub fn malformed() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nothing at all", vec![]),
        ("an unknown frame", vec![4]),
        ("a frame without its id", vec![0]),
        ("a frame with a stray byte", vec![3, 0]),
        ("an id without an end", vec![0, 0x80]),
        ("an id over 32 bits", vec![0, 0xff, 0xff, 0xff, 0xff, 0x1f]),
        (
            "an id of too many bytes",
            vec![0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
        ),
        ("an unknown request", vec![1, 1, 127]),
        ("a request without its fields", vec![1, 1, 2]),
        ("a string longer than the message", vec![1, 1, 9, 5, b'a']),
        (
            "a string of 2^32-1 bytes",
            vec![1, 1, 9, 0xff, 0xff, 0xff, 0xff, 0x0f, b'a'],
        ),
        ("a string that is not UTF-8", vec![1, 1, 9, 2, 0xc3, 0x28]),
        (
            "a string that is a lone surrogate",
            vec![1, 1, 9, 3, 0xed, 0xa0, 0x80],
        ),
        ("an option that is neither", vec![1, 1, 1, 1, 2]),
        (
            "a sequence of 2^32-1 items",
            vec![1, 1, 1, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f],
        ),
        ("a bool that is neither", vec![1, 1, 7, 1, 1, 1, 2]),
        ("garbage", vec![0xde, 0xad, 0xbe, 0xef]),
    ]
}
