//! Whatever the compiler is given, it refuses it or makes WebAssembly.

use pubwiki_lua_compiler::{Layout, Refusal, compile};

/// Numbers that look random (Marsaglia: Xorshift RNGs).
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u32 % limit
    }
}

/// With guards that fail, each has more to it.
fn layout(guards_fail: bool) -> Layout {
    let mut numbers: Vec<u32> = (0..).map(|n| 4 * n).take(Layout::NAMES.len()).collect();
    (numbers[0], numbers[1]) = (83, 16);
    numbers[Layout::NAMES.len() - 1] = u32::from(guards_fail);
    Layout::new(&numbers).expect("it is this Lua's")
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The description of a function with these instructions, and constants of each kind.
fn described(code: &[u32], stack: u32, profile: impl FnMut(usize) -> u32) -> Vec<u8> {
    let count = u32::try_from(code.len()).expect("it is short");
    let constants = [
        3,
        7,
        0,
        0x13,
        0,
        0x4000_0000,
        0x44,
        0,
        0,
        0x54,
        0,
        0,
        0,
        0,
        0,
        1,
        0,
        0,
        0x11,
        0,
        0,
        3,
        2,
        0,
    ];
    let mut words = vec![count, 8, 1, 0, 1, 0, stack];
    words.extend(code);
    words.extend(constants);
    words.extend([0b100, 0, 0, 0, 0, 0, 0, 0]);
    words.extend([0, 0, count]);
    words.extend((0..code.len()).map(profile));
    bytes(&words)
}

fn check(description: &[u8], layout: &Layout) -> Result<(), Refusal> {
    let module = compile(description, layout)?;
    if let Err(error) = wasmparser::validate(&module) {
        panic!("{error}: {description:?}");
    }
    Ok(())
}

/// `for i = 1, n do x = x + i end return x`, as Lua's parser makes it.
#[test]
fn given_a_loop_then_it_is_compiled() {
    let abc = |op: u32, a: u32, b: u32, c: u32| op | a << 7 | b << 16 | c << 24;
    let abx = |op: u32, a: u32, bx: u32| op | a << 7 | bx << 15;
    let code = [
        abx(1, 1, 65_535),
        abx(1, 2, 65_536),
        abc(0, 3, 0, 0),
        abx(1, 4, 65_536),
        abx(74, 2, 2),
        abc(34, 1, 1, 5),
        abc(46, 1, 5, 6),
        abx(73, 2, 3),
        abc(72, 1, 2, 0),
        abc(71, 2, 1, 0),
    ];
    for tag in [3_u32, 0x13, 0x45, 254, 255] {
        let seen = tag | tag << 8 | tag << 16;
        assert_eq!(
            check(&described(&code, 7, |_| seen), &layout(false)),
            Ok(())
        );
    }
}

/// `R[0] = R[0].k` again and again with many registers that Lua's stack does not have, each of which a side way writes; and a
/// condition within each other so many times.
#[test]
fn given_more_code_or_depth_than_a_function_may_have_then_it_is_refused() {
    let loads = (1..=200).map(|a| 1 | a << 7 | 65_535 << 15);
    let fields = |count| (0..count).map(|_| 14 | 2 << 24);
    let sums = (1..=200).flat_map(|a| {
        [
            34 | 201 << 7 | a << 16 | a << 24,
            46 | a << 7 | a << 16 | 6 << 24,
        ]
    });
    let wide = |count| -> Vec<u32> {
        loads
            .clone()
            .chain(fields(count))
            .chain(sums.clone())
            .chain([71])
            .collect()
    };
    let checked = |code: &[u32], stack| check(&described(code, stack, |_| 0x45), &layout(false));
    assert_eq!(checked(&wide(10), 203), Ok(()));
    assert_eq!(checked(&wide(2000), 203), Err(Refusal::TooLarge));

    // `TEST 0; JMP +1; RETURN0`, where what follows is reached by the test alone.
    let nested = |count: usize| -> Vec<u32> {
        [66, 56 | (16_777_215 + 1) << 7, 71]
            .repeat(count)
            .into_iter()
            .chain([71])
            .collect()
    };
    assert_eq!(checked(&nested(100), 4), Ok(()));
    assert_eq!(checked(&nested(1000), 4), Err(Refusal::TooLarge));
}

#[test]
fn given_random_instructions_then_they_are_refused_or_made_to_webassembly() {
    let layouts = [layout(false), layout(true)];
    let mut noise = Noise(0x9E37_79B9_7F4A_7C15);
    let mut made = 0;
    for number in 0..30_000 {
        let stack = 4 + noise.below(6);
        let mut code: Vec<u32> = (0..1 + noise.below(12))
            .map(|_| {
                let (a, b, c) = (noise.below(stack), noise.below(8), noise.below(8));
                noise.below(83) | a << 7 | noise.below(2) << 15 | b << 16 | c << 24
            })
            .collect();
        // Jumps that stay near are within the function more often.
        for word in &mut code {
            if *word & 127 == 56 {
                *word = 56 | (16_777_215 + noise.below(9) - 5) << 7;
            }
        }
        code.push(71);
        let tags = [3, 0x13, 0x45, 0x44, 254, 255];
        let description = described(&code, stack, |_| {
            let tag = |noise: &mut Noise| tags[noise.below(6) as usize];
            tag(&mut noise) | tag(&mut noise) << 8 | tag(&mut noise) << 16 | noise.below(7) << 24
        });
        made += u32::from(check(&description, &layouts[number % 2]).is_ok());
    }
    assert!(made > 300, "only {made} were compiled");
}

#[test]
fn given_any_bytes_then_they_are_refused_or_made_to_webassembly() {
    let layout = layout(true);
    let mut noise = Noise(42);
    for _ in 0..20_000 {
        let length = noise.below(400) as usize;
        let small = noise.below(2) == 0;
        let words: Vec<u32> = (0..length)
            .map(|_| {
                if small {
                    noise.below(12)
                } else {
                    noise.below(u32::MAX)
                }
            })
            .collect();
        let mut description = bytes(&words);
        description.truncate(description.len().saturating_sub(noise.below(4) as usize));
        // That it comes back is what is asked.
        let _ = check(&description, &layout);
    }
    assert_eq!(check(&[], &layout), Err(Refusal::Malformed));
}
