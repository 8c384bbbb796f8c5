//! The functions of Lua's C that never raise an error. All others may: for lack of memory, for lack of fuel, by a
//! metamethod, or by intent.

/// Functions of Lua's, of the library's patches, and ours that are made of them.
const CALM: &[&str] = &[
    // They look at values, or at a thread.
    "lua_absindex",
    "lua_getextraspace",
    "lua_getmetatable",
    "lua_getstack",
    "lua_gettop",
    "lua_hasleavable",
    "lua_iscfunction",
    "lua_isinteger",
    "lua_isnil",
    "lua_isnone",
    "lua_isnoneornil",
    "lua_isstring",
    "lua_isyieldable",
    "lua_rawequal",
    "lua_rawget",
    "lua_rawgeti",
    "lua_rawgetp",
    "lua_rawlen",
    "lua_status",
    "lua_toboolean",
    "lua_topointer",
    "lua_tothread",
    "lua_touserdata",
    "lua_type",
    "lua_typename",
    "luaL_typename",
    "lua_upvalueindex",
    // They move values within a stack that has room. To pop raises when it closes a variable, and
    // no function pops one that it has marked.
    "lua_copy",
    "lua_insert",
    "lua_pop",
    "lua_pushboolean",
    "lua_pushcfunction",
    "lua_pushinteger",
    "lua_pushlightuserdata",
    "lua_pushnil",
    "lua_pushnumber",
    "lua_pushthread",
    "lua_pushvalue",
    "lua_remove",
    "lua_replace",
    "lua_settop",
    "lua_xmove",
    // They need no memory, or tell when there is none.
    "lua_checkstack",
    "lua_sethook",
    "lua_setmetatable",
    // They catch what is raised.
    "lua_close",
    "lua_closethread",
    "lua_newstate",
    "lua_resume",
    "luaL_loadbufferx",
    // They mark what a thread runs.
    "lua_leavableat",
    "lua_staying",
    // They set variables of a thread's.
    "lua_fuel_get",
    "lua_fuel_set",
    "lua_hash_seed_set",
    "lua_turn_due_set",
    // It looks at a state.
    "lua_has_finalizers",
    // It frees garbage, and finalizes none.
    "lua_collect",
];

/// The module of the sandbox that makes sure of what keeps Lua from raising.
const CAREFUL: &str = "sandbox::calm::";

/// The function that runs a closure and catches what it raises.
const CATCHING: &str = "sandbox::native::lua_state::Lua::protect";

/// The functions that C calls by their names.
const CALLED_BY_C: &[&str] = &[
    "sandbox::native::error_fields::lua_error_field",
    "sandbox::native::fuel::lua_out_of_fuel_in_c",
    "sandbox::native::fuel::lua_out_of_fuel_in_loop",
];

/// Whether a function of Lua's raises nothing.
pub fn is_calm(name: &str) -> bool {
    CALM.contains(&name)
}

/// Whether it is for a reader to see that a function of ours raises nothing: its calls do not tell.
pub fn is_careful(path: &str) -> bool {
    path.starts_with(CAREFUL)
}

/// Whether it catches what its closure raises.
pub fn catches(path: &str) -> bool {
    path == CATCHING
}

/// Whether C calls it where errors are caught.
pub fn is_called_by_c(path: &str) -> bool {
    CALLED_BY_C.contains(&path)
}
