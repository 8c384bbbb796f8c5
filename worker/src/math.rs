//! C's functions that JavaScript has as well: its tables and code for them would be a tenth of
//! the module. `pow` and `exp` stay C's, because engines' powers of ten are not exact.

macro_rules! javascript {
    ($($name:ident($($argument:ident),+);)*) => {
        $(
            #[unsafe(no_mangle)]
            extern "C" fn $name($($argument: f64),+) -> f64 {
                js_sys::Math::$name($($argument),+)
            }
        )*
    };
}

javascript! {
    acos(x);
    asin(x);
    atan2(y, x);
    cos(x);
    cosh(x);
    log(x);
    log10(x);
    log2(x);
    sin(x);
    sinh(x);
    tan(x);
    tanh(x);
}
