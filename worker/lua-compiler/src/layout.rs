//! Where Lua has what, and what it gives to compiled code. Lua's C fills it (jit_layout.h); nothing here is written by hand.

use crate::opcode::OPCODES;

macro_rules! layout {
    ($($field:ident),* $(,)?) => {
        /// Offsets in bytes, function-table indices, addresses of what every Lua of the module shares.
        #[derive(Clone, Copy, Debug, Default)]
        #[expect(missing_docs, reason = "jit_layout.h says what each is")]
        pub struct Layout { $(pub $field: u32),* }

        impl Layout {
            /// The fields' names, in Lua's order.
            pub const NAMES: &[&str] = &[$(stringify!($field)),*];

            /// From the numbers that Lua gives; none when it is another Lua than this compiler is for.
            #[must_use]
            pub fn new(numbers: &[u32]) -> Option<Self> {
                let mut numbers = numbers.iter().copied();
                let layout = Self { $($field: numbers.next()?),* };
                (numbers.next().is_none() && layout.opcodes == OPCODES && layout.value == 16).then_some(layout)
            }
        }
    };
}

layout! {
    opcodes, value, fuel, depth_limit,
    state_ci, state_top, state_stack_last, state_depth, state_global, global_index_name,
    ci_func, ci_top, ci_previous, ci_next, ci_savedpc, ci_nresults,
    closure_proto, closure_upvals, upval_value,
    proto_jit, proto_stack, proto_params, proto_code, proto_k, proto_caches,
    table_alimit, table_array, table_node, table_metatable, table_lsizenode, marked,
    node, node_key_tag, node_key, node_next,
    string_short_length, string_long_length, string_hash, string_contents,
    known_sqrt, known_floor, known_abs, known_byte, guards_fail,
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn given_luas_own_list_then_it_has_the_same_fields_in_the_same_order() {
        let header = include_str!("../../lua-src/c/jit_layout.h");
        let (_, list) = header.split_once("layout[] = {").expect("there is a list");
        let (list, _) = list.split_once("};").expect("it ends");
        let names: Vec<_> = list
            .lines()
            .filter_map(|line| line.split_once("/* ")?.1.split_once(" */"))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, Layout::NAMES);
    }

    #[test]
    fn given_another_luas_numbers_then_it_is_refused() {
        let mut numbers: Vec<u32> = vec![4; Layout::NAMES.len()];
        (numbers[0], numbers[1]) = (83, 16);
        assert!(Layout::new(&numbers).is_some());
        assert!(Layout::new(&numbers[1..]).is_none());
        assert!(Layout::new(&[&numbers[..], &[4]].concat()).is_none());
        numbers[0] = 84;
        assert!(Layout::new(&numbers).is_none());
    }
}
